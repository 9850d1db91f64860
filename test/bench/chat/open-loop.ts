/**
 * Calls at fixed times, however late the answers are: a slow one delays no other.
 * @returns what each call resolved with
 */
export async function openLoop<T>(
  perSecond: number,
  count: number,
  call: (number: number) => Promise<T>,
): Promise<T[]> {
  const calls: Promise<T>[] = [];
  const beganAt = performance.now();
  for (let at = 0; at < count; at++) {
    const dueAt = beganAt + (at * 1_000) / perSecond;
    await Bun.sleep(Math.max(0, dueAt - performance.now()));
    calls.push(call(at));
  }
  return await Promise.all(calls);
}
