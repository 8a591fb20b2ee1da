import fc from "fast-check";
import { expect, test } from "vitest";
import { type Frame, FrameReader } from "../src/worker/frames.ts";

function frameBytes({ request, from, vocabulary, logits }: Frame): Buffer {
  const header = Buffer.alloc(20);
  [16, request, from, logits.length / vocabulary, vocabulary].forEach((value, index) => {
    header.writeUInt32LE(value, index * 4);
  });
  return Buffer.concat([header, Buffer.from(logits.buffer, logits.byteOffset, logits.byteLength)]);
}

const anyFrame = fc
  .record({
    request: fc.nat(),
    from: fc.nat(),
    vocabulary: fc.integer({ min: 1, max: 7 }),
    rows: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ rows, ...rest }) => ({
    ...rest,
    logits: Float32Array.from({ length: rows * rest.vocabulary }, (_, index) => rest.from + index / 3),
  }));

test("frames come out whole, however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (frames, cut) => {
      const read: Frame[] = [];
      const reader = new FrameReader((frame) => read.push(frame));
      const bytes = Buffer.concat(frames.map(frameBytes));
      for (let at = 0; at < bytes.length; at += cut) reader.push(bytes.subarray(at, at + cut));
      expect(read).toEqual(frames);
    }),
  );
});

test.each([
  ["a header of another length", [12, 1, 0, 1, 2]],
  ["no rows", [16, 1, 0, 0, 2]],
  ["more than any part may hold", [16, 1, 0, 1_000_000, 150_000]],
])("%s is no frame", (_, numbers) => {
  const header = Buffer.alloc(20);
  numbers.forEach((value, index) => {
    header.writeUInt32LE(value, index * 4);
  });
  expect(() => new FrameReader(() => {}).push(header)).toThrow(RangeError);
});
