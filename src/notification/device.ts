/** Providers that reach a device by a token of its own. */
export const DEVICE_PROVIDERS = ["fcm", "onesignal"] as const;
export type DeviceProvider = (typeof DEVICE_PROVIDERS)[number];

/** A person's device that takes push notifications. Wire format; its token is nobody's to read. */
export interface Device {
  readonly id: string;
  readonly provider: DeviceProvider;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Of one person. Beyond that, those go that have not been heard of for longest. */
export const DEVICES_MAX = 20;
