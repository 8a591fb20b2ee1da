import fc from "fast-check";
import { expect, test } from "vitest";
import { MessageReader } from "../src/message-reader.ts";

const anyMessage = fc.record({
  id: fc.nat(),
  data: fc.jsonValue(),
  bytes: fc.option(fc.uint8Array({ minLength: 1 })),
});

test("messages and their bytes come out whole, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 4 }), fc.integer({ min: 1, max: 40 }), (messages, cut) => {
      const sent = messages.map(({ id, data, bytes }) => ({
        message: JSON.parse(JSON.stringify({ id, event: "é", data, ...(bytes && { bytes: bytes.length }) })),
        bytes: bytes && [...bytes],
      }));
      const stream = Buffer.concat(
        sent.flatMap(({ message, bytes }) => [
          Buffer.from(`${JSON.stringify(message)}\n`),
          Buffer.from(bytes ?? []),
        ]),
      );
      const read: unknown[] = [];
      const reader = new MessageReader((message, bytes) =>
        read.push({ message, bytes: bytes ? [...bytes] : null }),
      );
      for (let at = 0; at < stream.length; at += cut) reader.push(stream.subarray(at, at + cut));
      expect(read).toEqual(sent);
    }),
  );
});

test.each([
  ["what is no JSON", "Segmentation fault"],
  ["another value", "42"],
  ["one without an id", '{"event":"x","data":1}'],
  ["one that says nothing", '{"id":1}'],
  ["more bytes than any part may hold", '{"id":1,"event":"x","data":1,"bytes":1e12}'],
  ["no bytes", '{"id":1,"event":"x","data":1,"bytes":0}'],
])("%s is no message", (_, line) => {
  expect(() => new MessageReader(() => {}).push(Buffer.from(`${line}\n`))).toThrow(TypeError);
});
