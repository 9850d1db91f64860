import { OPS } from "pdfjs-dist";
import type { PdfPage } from "../library.ts";
import { IDENTITY, type Matrix, matrixOf, multiply } from "../matrix.ts";
import { type DecodedImage, luminance, type Shades, shadesOf, stencil } from "./shades.ts";

/** A picture on a page. */
export interface Paint {
  /** From the unit square, whose top is at 1, to the page's own units. */
  readonly matrix: Matrix;
  readonly shades: Shades;
}

/** Tiny pictures by the thousand are a drawing, not a scan. */
const PAINTS_MAX = 2_000;

interface State {
  readonly matrix: Matrix;
  /** What stencils are painted with, 0 for black. */
  readonly shade: number;
}

type Args = readonly unknown[];

/** The pictures that a page is painted with, in order: what else is drawn is left out. */
export async function paintsOf(page: PdfPage): Promise<Paint[]> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const painter = new Painter(page);
  const take: Readonly<Record<number, (args: Args) => void | Promise<void>>> = {
    [OPS.save]: () => painter.save(),
    [OPS.restore]: () => painter.restore(),
    [OPS.transform]: (args) => painter.transform(args),
    [OPS.paintFormXObjectBegin]: ([matrix]) => painter.enter(matrix),
    [OPS.paintFormXObjectEnd]: () => painter.restore(),
    [OPS.beginGroup]: ([group]) => painter.enterGroup(group),
    [OPS.endGroup]: () => painter.leaveGroup(),
    [OPS.setFillRGBColor]: (args) => painter.fillWith(args),
    [OPS.paintImageXObject]: ([id]) => painter.image(id),
    [OPS.paintInlineImageXObject]: ([image]) => painter.inline(image),
    [OPS.paintImageXObjectRepeat]: ([id, a, d, at]) =>
      painter.repeated(at, [a, 0, 0, d], () => painter.image(id)),
    [OPS.paintImageMaskXObject]: ([mask]) => painter.mask(mask),
    [OPS.paintImageMaskXObjectRepeat]: ([mask, a, b, c, d, at]) =>
      painter.repeated(at, [a, b, c, d], () => painter.mask(mask)),
    [OPS.paintImageMaskXObjectGroup]: ([masks]) => painter.masks(masks),
  };
  for (const [index, operation] of fnArray.entries()) {
    if (painter.paints.length >= PAINTS_MAX) break;
    await take[operation]?.((argsArray[index] as Args | null) ?? []);
  }
  return painter.paints;
}

/** Follows the drawing of a page, as far as it matters to pictures. */
class Painter {
  readonly paints: Paint[] = [];
  #state: State = { matrix: IDENTITY, shade: 0 };
  readonly #saved: State[] = [];
  /** How deep in groups that are no picture but the mask of one. */
  #hidden = 0;

  constructor(private readonly page: PdfPage) {}

  save(): void {
    this.#saved.push(this.#state);
  }

  restore(): void {
    this.#state = this.#saved.pop() ?? this.#state;
  }

  transform(matrix: unknown): void {
    this.#state = { ...this.#state, matrix: multiply(this.#state.matrix, matrixOf(matrix)) };
  }

  enter(matrix: unknown): void {
    this.save();
    if (matrix) this.transform(matrix);
  }

  enterGroup(group: unknown): void {
    this.save();
    if (this.#hidden > 0 || (isRecord(group) && group["smask"])) this.#hidden++;
  }

  leaveGroup(): void {
    this.restore();
    if (this.#hidden > 0) this.#hidden--;
  }

  fillWith([colour]: Args): void {
    const [, red, green, blue] = /^#(..)(..)(..)/.exec(String(colour)) ?? [];
    const value = (hex = "0") => Number.parseInt(hex, 16) || 0;
    const shade = luminance(value(red), value(green), value(blue));
    this.#state = { ...this.#state, shade };
  }

  async image(id: unknown): Promise<void> {
    this.inline(await this.#object(id));
  }

  inline(image: unknown): void {
    if (isImage(image)) this.#paint(shadesOf(image));
  }

  async mask(mask: unknown): Promise<void> {
    if (!isRecord(mask)) return;
    const { data } = mask;
    const image = typeof data === "string" ? await this.#object(data) : mask;
    if (isImage(image)) this.#paint(stencil(image, this.#state.shade));
  }

  async masks(masks: unknown): Promise<void> {
    for (const mask of Array.isArray(masks) ? (masks as unknown[]) : []) {
      this.enter(isRecord(mask) ? mask["transform"] : undefined);
      await this.mask(mask);
      this.restore();
    }
  }

  /** @param at x and y of each place in turn */
  async repeated(at: unknown, shape: Args, paint: () => Promise<void>): Promise<void> {
    const places = ArrayBuffer.isView(at) ? Array.from(at as Float32Array) : at;
    if (!Array.isArray(places)) return;
    for (let index = 0; index + 1 < Math.min(places.length, PAINTS_MAX); index += 2) {
      this.enter([...shape, places[index], places[index + 1]]);
      await paint();
      this.restore();
    }
  }

  #paint(shades: Shades | undefined): void {
    if (shades && this.#hidden === 0) this.paints.push({ matrix: this.#state.matrix, shades });
  }

  /** Decoded by now, or soon; null if it cannot be. */
  #object(id: unknown): Promise<unknown> {
    const name = String(id);
    const { objs, commonObjs } = this.page;
    const store = name.startsWith("g_") ? commonObjs : objs;
    return new Promise((resolve) => {
      store.get(name, (object: unknown) => resolve(object));
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isImage(value: unknown): value is DecodedImage {
  if (!isRecord(value)) return false;
  const { width, height, data } = value;
  const isSize = (size: unknown) => Number.isSafeInteger(size) && Number(size) > 0;
  return isSize(width) && isSize(height) && ArrayBuffer.isView(data);
}
