import { expect, test } from "bun:test";
import { AppError, PermanentError } from "../../../src/error.ts";
import { errorOf, failureOf } from "../../../src/parsing/pipe/failure.ts";

test("a failure that a reader foresaw comes through as it is", () => {
  const permanent = errorOf(failureOf(new PermanentError("parse_failed", "It is broken.")));
  expect(permanent).toBeInstanceOf(PermanentError);
  expect(permanent).toMatchObject({ code: "parse_failed", message: "It is broken." });
  const passing = errorOf(failureOf(new AppError("unavailable", "Come again.")));
  expect(passing).not.toBeInstanceOf(PermanentError);
  expect(passing.code).toBe("unavailable");
});

test("of any other nobody is told more than that it happened", () => {
  const failure = failureOf(new Error("What the document says."));
  expect(failure.message).toBe("Reading the file failed unexpectedly.");
  expect(failure.permanent).toBe(false);
});

test("the log hears where it comes from, and nothing that a document may have said", () => {
  const quoting = failureOf(new Error("What the document says."));
  expect(quoting.origin).toMatch(/^Error\n\s+at /);
  expect(quoting.origin).not.toContain("document says");
  const fault = failureOf(new TypeError("undefined is not an object"));
  expect(fault.origin).toStartWith("TypeError: undefined is not an object\n");
  const caused = new PermanentError("parse_failed", "It is broken.", { cause: new Error("Says.") });
  expect(errorOf(failureOf(caused)).cause).toMatch(/^Error\n/);
});
