import { logger } from "../../log.ts";
import { messageOf, type PermanentError } from "../../error.ts";
import { unreadable } from "../limits.ts";
import type { Picture, Recognise } from "../reader.ts";
import type { Recognised, Recogniser } from "./recogniser.ts";

/** From its first picture on a document may take so many times as long as reading one without pictures may. */
const DEADLINES_MAX = 30;

/** The recognising that one document asks for, within its time. */
export class Recognition {
  #beganAt: number | undefined;
  #overrun: PermanentError | undefined;
  #last: Recognised | undefined;

  /** @param signal stops it at once */
  constructor(
    private readonly recogniser: Recogniser,
    private readonly deadlineSeconds: number,
    private readonly signal: AbortSignal,
  ) {}

  /** What a service answered to the last picture. */
  get raw(): string | undefined {
    return this.#last?.raw;
  }

  /** Set once the time was over before all was recognised: what there is lacks pages, and does not say so. */
  get overrun(): PermanentError | undefined {
    return this.#overrun;
  }

  readonly recognise: Recognise = async (picture) => {
    const maxSeconds = this.deadlineSeconds * DEADLINES_MAX;
    this.#beganAt ??= performance.now();
    if (performance.now() - this.#beganAt > maxSeconds * 1000)
      throw (this.#overrun ??= unreadable(
        `Recognising the writing in the document takes longer than ${maxSeconds} seconds; split it, and upload the parts.`,
      ));
    return await this.#recognise(picture);
  };

  async #recognise(picture: Picture): Promise<readonly string[]> {
    try {
      this.#last = await this.recogniser.recognise(picture, this.signal);
      return this.#last.pages;
    } catch (error) {
      if (!this.signal.aborted)
        logger("ocr").info(`A picture could not be recognised: ${messageOf(error)}`);
      throw error;
    }
  }
}
