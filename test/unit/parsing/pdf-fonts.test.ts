import { expect, test } from "bun:test";
import { Fonts } from "../../../src/parsing/pdf/fonts.ts";

test.each([
  [{ bold: true, name: "F7" }, true],
  [{ name: "Arial-BoldMT" }, true],
  [{ name: "ABCDEF+CMBX10" }, true],
  [{ name: "SFSSBX10" }, true],
  [{ name: "Roboto-Black" }, true],
  [{ name: "Arial" }, false],
  [{ name: "CMR10" }, false],
  [{ fontFamily: "sans-serif" }, false],
])("%j is told from fonts that are not bold", (style, isBold) => {
  const fonts = new Fonts();
  fonts.learn({ f: style });
  expect(fonts.isBold("f")).toBe(isBold);
  expect(fonts.isBold("unknown")).toBe(false);
});
