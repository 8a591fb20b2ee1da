import { type Json, promptText, type TextSession, UsageError } from "@quantlab/core";
import { Ajv } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { llamacppEngine } from "../src/index.ts";
import { sproutF16 } from "./session-sprout.ts";

const { signal } = new AbortController();
let session: TextSession;
let promptIds: Int32Array;
beforeAll(async () => {
  session = await llamacppEngine({ threads: 1, gpu: false, sequences: 4, contextSize: 4096 }).load(
    sproutF16,
    signal,
  );
  const chat = await session.formatChat([{ role: "user", content: "Tell me about a fruit, in JSON." }]);
  promptIds = await session.tokenize(chat, promptText);
});
afterAll(() => session[Symbol.asyncDispose]());

/** Drawn hot, so that nothing but the grammar keeps the form. */
async function drawn(schema: Json, seed: number, newTokens = 400): Promise<string> {
  const sampling = { temperature: 1.5, topK: 200, seed };
  const asked = { promptIds, newTokens, sampling, schema, stopAtEndOfText: true };
  const { tokenIds } = await session.generate(asked, signal);
  return session.detokenize(Int32Array.from(tokenIds));
}

const ajv = new Ajv({ strict: false, formats: { date: /^\d{4}-\d\d-\d\d$/, uuid: /^[\da-f-]{36}$/i } });
const short = { type: "string", maxLength: 8 };

describe("an answer that is held to a schema", () => {
  test.each<[string, Json]>([
    [
      "required and optional properties, and no others",
      {
        type: "object",
        properties: { a: short, b: { type: "integer" }, c: { type: "boolean" }, d: { type: "null" } },
        required: ["b", "d"],
        additionalProperties: false,
      },
    ],
    ["properties of which none is required", { properties: { x: { type: "boolean" }, y: { type: "null" } } }],
    [
      "lists of a length",
      { type: "array", items: { enum: ["red", 'a "b"\\', 3, null] }, minItems: 2, maxItems: 4 },
    ],
    [
      "one of several",
      { anyOf: [{ type: "integer" }, { const: { deep: [1, "ü"] } }, { type: ["boolean", "null"] }] },
    ],
    [
      "strings of a length and of a form",
      {
        properties: {
          a: { type: "string", minLength: 3, maxLength: 6 },
          on: { type: "string", format: "date" },
        },
        required: ["a", "on"],
      },
    ],
    ["names of any kind", { type: "object", additionalProperties: { type: "boolean" } }],
    [
      "what refers to itself",
      {
        $ref: "#/$defs/tree",
        $defs: {
          tree: {
            type: "object",
            properties: {
              leaf: { type: "boolean" },
              under: { type: "array", items: { $ref: "#/$defs/tree" }, maxItems: 1 },
            },
            required: ["leaf"],
          },
        },
      },
    ],
  ])("fits it: %s", async (_what, schema) => {
    const texts = await Promise.all([1, 2, 3, 4].map((seed) => drawn(schema, seed)));
    const fits = ajv.compile(schema as object);
    // A free name or number may go on for longer than we wait for it.
    const whole = texts.filter((text) => parsed(text) !== undefined);
    expect(whole).not.toEqual([]);
    for (const text of whole) expect([text, fits(parsed(text))]).toEqual([text, true]);
  });

  test("is what greedy decoding gives, where that fits by itself", async () => {
    const schema = { enum: ["yes", "no"] };
    const asked = { promptIds, newTokens: 20, sampling: "greedy", schema, stopAtEndOfText: true } as const;
    const [one, two] = [await session.generate(asked, signal), await session.generate(asked, signal)];
    expect(two.tokenIds).toEqual(one.tokenIds);
    expect(['"yes"', '"no"']).toContain(await session.detokenize(Int32Array.from(one.tokenIds)));
    expect(one.endTokenId).toBeDefined();
  });

  test("a schema that cannot be kept is refused, and the session goes on", async () => {
    await expect(drawn({ type: "string", pattern: "x" }, 1)).rejects.toThrow(UsageError);
    // The library itself refuses what begins with itself.
    await expect(drawn({ $ref: "#" }, 1)).rejects.toThrow(UsageError);
    expect(await drawn({ const: 5 }, 1)).toBe("5");
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
