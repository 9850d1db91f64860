import { MB, unreadable } from "../limits.ts";
import { errorOf } from "../pipe/failure.ts";
import { FRAME, PICTURE_BYTES_MAX, PICTURE_PART_BYTES } from "../pipe/frames.ts";
import type { ToParser } from "../pipe/to-parser.ts";
import type { Picture, Recognise } from "../reader.ts";
import type { Send } from "./run.ts";

type Answer = Exclude<ToParser, { readonly kind: "parse" }>;

/** The parser's side of recognising: its parent knows the means, and the keys to them. */
export class AskParent {
  #last: Promise<unknown> = Promise.resolve();
  #take: ((answer: Answer) => void) | undefined;

  constructor(private readonly send: Send) {}

  /** One picture at a time; the others wait. */
  readonly recognise: Recognise = (picture) => {
    const asked = this.#last.then(() => this.#ask(picture));
    this.#last = asked.catch(() => undefined);
    return asked;
  };

  answered(answer: Answer): void {
    this.#take?.(answer);
    this.#take = undefined;
  }

  async #ask({ bytes, ...about }: Picture): Promise<readonly string[]> {
    if (bytes.length > PICTURE_BYTES_MAX)
      throw unreadable(
        `A picture is larger than ${PICTURE_BYTES_MAX / MB} MB; save it smaller, and upload that.`,
      );
    const answer = new Promise<Answer>((resolve) => (this.#take = resolve));
    for (let start = 0; start < bytes.length; start += PICTURE_PART_BYTES)
      await this.send(FRAME.picture, bytes.subarray(start, start + PICTURE_PART_BYTES));
    await this.send(FRAME.recognise, Buffer.from(JSON.stringify(about)));
    const said = await answer;
    if (said.kind === "unrecognised") throw errorOf(said.failure);
    return said.pages;
  }
}
