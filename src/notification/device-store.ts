import { AppError } from "../error.ts";
import type { Sql } from "../postgres/sql.ts";
import { type Device, type DeviceProvider, DEVICES_MAX } from "./device.ts";

interface DeviceRow {
  readonly id: string;
  readonly provider: DeviceProvider;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** The same token is the same device, and belongs to whoever told it last. */
export async function saveDevice(
  sql: Sql,
  userId: string,
  { provider, token }: { provider: DeviceProvider; token: string },
): Promise<Device> {
  const [row] = await sql<DeviceRow[]>`
    insert into push_devices (id, user_id, provider, token)
    values (${Bun.randomUUIDv7()}, ${userId}, ${provider}, ${token})
    on conflict (provider, token) do update set user_id = excluded.user_id, updated_at = now()
    returning id, provider, created_at, updated_at`;
  if (!row) throw deviceNotFound();
  await sql`
    delete from push_devices where id = any(array(
      select id from push_devices where user_id = ${userId} order by updated_at desc, id desc offset ${DEVICES_MAX}))`;
  return toDevice(row);
}

/** Newest first. */
export async function listDevices(sql: Sql, userId: string): Promise<Device[]> {
  const rows = await sql<DeviceRow[]>`
    select id, provider, created_at, updated_at from push_devices
    where user_id = ${userId} order by created_at desc, id desc`;
  return rows.map(toDevice);
}

/** @throws AppError `device_not_found` for another person's, exactly as for none */
export async function deleteDevice(sql: Sql, userId: string, id: string): Promise<void> {
  const rows =
    await sql`delete from push_devices where id = ${id} and user_id = ${userId} returning id`;
  if (rows.length === 0) throw deviceNotFound();
}

/** Removes those that their provider does not know any more. */
export async function pruneDevices(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await sql`delete from push_devices where id = any(${[...ids]}::uuid[])`;
}

/** The devices of these people, at most `DEVICES_MAX` each. */
export async function findDevicesOf(
  sql: Sql,
  userIds: readonly string[],
): Promise<{ id: string; userId: string; provider: DeviceProvider }[]> {
  return await sql<{ id: string; userId: string; provider: DeviceProvider }[]>`
    select id, user_id as "userId", provider from push_devices
    where user_id = any(${[...userIds]}::uuid[]) order by user_id, id`;
}

function deviceNotFound(): AppError {
  return new AppError("device_not_found", "The device does not exist.");
}

function toDevice(row: DeviceRow): Device {
  return {
    id: row.id,
    provider: row.provider,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
