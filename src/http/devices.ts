import { Elysia, t } from "elysia";
import { AppError } from "../error.ts";
import { DEVICE_PROVIDERS } from "../notification/device.ts";
import { deleteDevice, listDevices, saveDevice } from "../notification/device-store.ts";
import { isUuid } from "../uuid.ts";
import { authentication } from "./auth.ts";
import { DeviceParams, type HttpDeps } from "./deps.ts";

/** Beyond this the token's index could not hold it; those of today have some two hundred. */
const TOKEN_LENGTH_MAX = 2_000;

/** Where the caller's push notifications go. */
export function deviceRoutes({ sql, authenticator }: Pick<HttpDeps, "sql" | "authenticator">) {
  return new Elysia()
    .use(authentication(authenticator))
    .get("/api/me/devices", async ({ caller }) => ({
      items: await listDevices(sql, caller.userId),
    }))
    .post(
      "/api/me/devices",
      async ({ caller, body }) => {
        if (body.provider === "onesignal" && !isUuid(body.token))
          throw new AppError(
            "invalid_request",
            "The token of OneSignal is a subscription's id, a UUID.",
          );
        return await saveDevice(sql, caller.userId, body);
      },
      {
        body: t.Object({
          provider: t.Union(DEVICE_PROVIDERS.map((provider) => t.Literal(provider))),
          token: t.String({ pattern: "^[\\x21-\\x7e]+$", maxLength: TOKEN_LENGTH_MAX }),
        }),
      },
    )
    .delete(
      "/api/me/devices/:d",
      async ({ caller, params, status }) => {
        await deleteDevice(sql, caller.userId, params.d);
        return status(204);
      },
      { params: DeviceParams },
    );
}
