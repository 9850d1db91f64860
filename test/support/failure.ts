import { AppError } from "../../src/error.ts";

/** What a call that is to fail failed with. */
export async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error("It did not fail as expected.", { cause: error });
}
