import { expect, test } from "bun:test";
import fc from "fast-check";
import { encodeFrame, FRAME, type Frame, FrameReader } from "../../../src/parsing/pipe/frames.ts";

const frame = fc.record({
  kind: fc.constantFrom(...Object.values(FRAME)),
  payload: fc.uint8Array({ maxLength: 50 }),
});

test("frames come out as they went in, however the pipe cuts them", () => {
  fc.assert(
    fc.property(
      fc.array(frame),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ kind, payload }) => encodeFrame(kind, payload)));
        const reader = new FrameReader();
        const seen: Frame[] = [];
        for (let start = 0, turn = 0; start < bytes.length; turn++) {
          const end = start + (cuts[turn % cuts.length] ?? 1);
          seen.push(...reader.push(new Uint8Array(bytes.subarray(start, end))));
          start = end;
        }
        expect(seen.map(({ kind, payload }) => [kind, [...payload]])).toEqual(
          frames.map(({ kind, payload }) => [kind, [...payload]]),
        );
      },
    ),
  );
});

test("what is no frame is refused", () => {
  expect(() => new FrameReader().push(Buffer.from("Warning: a library speaks"))).toThrow();
  expect(() => new FrameReader().push(Uint8Array.of(FRAME.text, 255, 255, 255, 255))).toThrow();
});
