import { attributeOf, childrenOf, type Element } from "../../markup.ts";
import type { Box } from "../../reading-order.ts";

const MM_OF_UNIT: Readonly<Record<string, number>> = {
  mm: 1,
  cm: 10,
  in: 25.4,
  pt: 25.4 / 72,
  pc: 25.4 / 6,
  px: 25.4 / 96,
};

/** Where a drawing lies on its page, in millimetres: a group where its parts do; undefined if that is not said. */
export function boxOf(shape: Element): Box | undefined {
  const left = millimetres(shape, "x");
  const top = millimetres(shape, "y");
  const width = millimetres(shape, "width");
  const height = millimetres(shape, "height");
  if (left === undefined || top === undefined || width === undefined || height === undefined)
    return around(childrenOf(shape).flatMap((child) => boxOf(child) ?? []));
  return { left, top, width, height };
}

function around([first, ...others]: readonly Box[]): Box | undefined {
  return first && others.reduce(bothOf, first);
}

function bothOf(a: Box, b: Box): Box {
  const left = Math.min(a.left, b.left);
  const top = Math.min(a.top, b.top);
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  };
}

function millimetres(shape: Element, name: string): number | undefined {
  const [, number, unit = ""] =
    /^(-?[\d.]{1,20})([a-z]{2})$/.exec(attributeOf(shape, name) ?? "") ?? [];
  const size = MM_OF_UNIT[unit];
  return size === undefined ? undefined : Number(number) * size;
}
