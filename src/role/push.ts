import type { FcmConfig, PushConfig } from "../config/push.ts";
import { AppError, messageOf } from "../error.ts";
import type { PushGateway } from "../push/gateway.ts";

/**
 * The ways to reach people who are away, as far as they are set.
 * @throws AppError `invalid_request` if FCM's key file is none
 */
export async function pushGateways({
  webhook,
  fcm,
  oneSignal,
}: PushConfig): Promise<PushGateway[]> {
  const gateways: PushGateway[] = [];
  if (webhook) {
    const { WebhookGateway } = await import("../push/webhook.ts");
    gateways.push(new WebhookGateway(webhook));
  }
  if (fcm) {
    const { FcmGateway } = await import("../push/fcm.ts");
    gateways.push(new FcmGateway({ ...fcm, projectId: await projectOf(fcm) }));
  }
  if (oneSignal) {
    const { OneSignalGateway } = await import("../push/onesignal.ts");
    gateways.push(new OneSignalGateway(oneSignal));
  }
  return gateways;
}

/** The key file is read at the start: a wrong one is the operator's to hear of, not each notification's. */
async function projectOf({ credentialsPath, projectId }: FcmConfig): Promise<string> {
  const { readServiceAccount } = await import("../google/service-account.ts");
  try {
    const { project_id } = await readServiceAccount(credentialsPath);
    const project = projectId ?? project_id;
    if (!project) throw new Error("It names no project, and neither does FCM_PROJECT_ID.");
    return project;
  } catch (error) {
    const sentence = `FCM_CREDENTIALS_PATH names no usable key file: ${messageOf(error)}`;
    throw new AppError("invalid_request", sentence, { cause: error });
  }
}
