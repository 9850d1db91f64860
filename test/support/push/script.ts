/** Answers that a test has written down for the next calls; without one a server answers by itself. */
export class Script {
  readonly #answers: (() => Response | Promise<Response>)[] = [];

  /** The next `times` calls are answered so, whatever they ask. */
  next(answer: () => Response | Promise<Response>, times = 1): void {
    for (let i = 0; i < times; i++) this.#answers.push(answer);
  }

  take(): Promise<Response> | Response | undefined {
    return this.#answers.shift()?.();
  }

  clear(): void {
    this.#answers.length = 0;
  }
}
