import { type Service, stopAll } from "../service.ts";

/** The services of a process in the order in which they were started; they stop in reverse. */
export class Running {
  readonly #services: Service[] = [];

  /** Starts a service and keeps it. */
  async add<T extends Service>(service: T): Promise<T> {
    await service.start();
    this.#services.push(service);
    return service;
  }

  /** Keeps something that is there already and only needs an end. */
  keep(name: string, stop: () => Promise<void> | void): void {
    const service = { name, start: () => Promise.resolve(), stop: async () => await stop() };
    this.#services.push(service);
  }

  /** @returns the names of services that had not stopped when the time was up */
  async stop(deadlineMs: number): Promise<string[]> {
    return await stopAll(this.#services.splice(0), deadlineMs);
  }
}
