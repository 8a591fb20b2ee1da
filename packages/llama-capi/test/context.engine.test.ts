import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Context, type ContextSettings, Model, Sampler } from "../src/index.ts";
import { small, sprout } from "./sprout.ts";

let model: Model;
let ids: Int32Array;
beforeAll(() => {
  model = Model.load(sprout, { gpu: false });
  const text = "The mayor of Ravensby bought three apples, and the baker asked for two more. ";
  ids = model.tokenize(text.repeat(8), { bos: true, special: true });
});
afterAll(() => model[Symbol.dispose]());

/** The logits after each of `ids`, copied. */
function allLogits(settings: Partial<ContextSettings>, tokens = ids): Float32Array {
  using context = new Context(model, { ...small, outputsMax: tokens.length, ...settings });
  context.decode(tokens, "all");
  return context.logits(0, tokens.length).slice();
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
}

test("every logit is a number and rows differ", () => {
  const logits = allLogits({});
  expect(logits.length).toBe(ids.length * model.vocabularySize);
  expect(logits.every(Number.isFinite)).toBe(true);
  const [first, last] = [logits.slice(0, 2048), logits.slice(-2048)];
  expect(largestDifference(first, last)).toBeGreaterThan(0.1);
});

test("a prompt in several micro batches or several calls gives the logits of one", () => {
  const whole = allLogits({}).slice(-model.vocabularySize);
  expect(
    largestDifference(allLogits({ microBatchSize: 32 }).slice(-model.vocabularySize), whole),
  ).toBeLessThan(0.02);
  using context = new Context(model, { ...small, batchSize: 17, microBatchSize: 17 });
  context.decode(ids);
  expect(largestDifference(context.logits(-1), whole)).toBeLessThan(0.02);
});

test("logits from an index on are the tail of all", () => {
  using context = new Context(model, { ...small, outputsMax: 4 });
  context.decode(ids, ids.length - 4);
  const tail = context.logits(ids.length - 4, 4);
  expect(largestDifference(tail, allLogits({}).slice(-4 * model.vocabularySize))).toBeLessThan(0.02);
});

test("two and one thread, together or apart for batches, give the same answer", () => {
  const one = allLogits({});
  expect(largestDifference(allLogits({ threads: 2, batchThreads: 2 }), one)).toBeLessThan(0.02);
  expect(largestDifference(allLogits({ threads: 1, batchThreads: 2 }), one)).toBeLessThan(0.02);
});

describe("KV cache types", () => {
  test("f32 without flash attention is finer than f16 and close to it", () => {
    const coarse = allLogits({ flashAttention: "off" });
    const exact = allLogits({ flashAttention: "off", keyType: "f32", valueType: "f32" });
    const difference = largestDifference(coarse, exact);
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(0.05);
  });

  test("q8_0 is close to f16, and keys and values each have their own", () => {
    const plain = allLogits({});
    const coarser = [
      allLogits({ keyType: "q8_0" }),
      allLogits({ valueType: "q8_0" }),
      allLogits({ keyType: "q8_0", valueType: "q8_0" }),
    ];
    for (const logits of coarser) {
      expect(largestDifference(logits, plain)).toBeGreaterThan(0);
      expect(largestDifference(logits, plain)).toBeLessThan(0.5);
    }
    expect(new Set(coarser.map((logits) => logits.at(-1))).size).toBe(3);
  });

  test("a quantized cache without flash attention is refused in the library's words", () => {
    expect(() => new Context(model, { ...small, flashAttention: "off", valueType: "q8_0" })).toThrow(
      /quantized V cache requires flash_attn/,
    );
  });
});

test.each([
  ["auto", true],
  ["on", true],
  ["off", false],
] as const)("flash attention %s is reported as it came out", (flashAttention, expected) => {
  using context = new Context(model, { ...small, flashAttention });
  expect(context.flashAttention).toBe(expected);
});

test("argmax is the likeliest token and decodeOne goes on from there", () => {
  using context = new Context(model, small);
  context.decode(ids);
  const logits = context.logits(-1).slice();
  const best = context.argmax(-1);
  expect(logits[best]).toBe(logits.reduce((a, b) => Math.max(a, b)));
  context.decodeOne(best);
  const both = allLogits({ outputsMax: ids.length + 1 }, Int32Array.of(...ids, best));
  expect(largestDifference(context.logits(-1), both.slice(-model.vocabularySize))).toBeLessThan(0.02);
});

test("clear begins a new sequence, rewind goes back to a place in it", () => {
  using context = new Context(model, small);
  const after = (tokens: Int32Array) => {
    context.decode(tokens);
    return context.logits(-1).slice();
  };
  const first = after(ids);
  context.clear();
  expect(after(ids)).toEqual(first);
  expect(context.rewind(10)).toBe(true);
  expect(largestDifference(after(ids.subarray(10)), first)).toBeLessThan(0.02);
});

test("the engine counts prompt and decoded tokens", () => {
  using context = new Context(model, small);
  context.decode(ids);
  context.synchronize();
  for (let step = 0; step < 3; step++) {
    context.decodeOne(5);
    context.synchronize();
  }
  expect(context.counters).toMatchObject({ promptTokens: ids.length, decodeTokens: 3 });
  context.clear();
  context.decode(ids);
  context.synchronize();
  expect(context.counters).toMatchObject({ promptTokens: ids.length, decodeMs: 0, decodeTokens: 1 });
});

test("what does not fit is refused before the library sees it, or in one clear error", () => {
  using context = new Context(model, { ...small, contextSize: 256, outputsMax: 2 });
  expect(() => context.decode(ids.subarray(0, 3), "all")).toThrow(/3 rows .* outputsMax is 2/);
  expect(() => context.logits(0)).toThrow(/no logits/);
  const long = Int32Array.from({ length: 300 }, (_, index) => ids[index % ids.length]!);
  expect(() => context.decode(long)).toThrow(/do not fit into the context of 256/);
});

describe("sampling", () => {
  const draw = (settings: { temperature: number; topK?: number; topP?: number; seed: number }) => {
    using context = new Context(model, small);
    using sampler = new Sampler(model, settings);
    context.decode(ids);
    const drawn: number[] = [];
    for (let step = 0; step < 24; step++) {
      drawn.push(sampler.sample(context));
      context.decodeOne(drawn.at(-1)!);
    }
    return drawn;
  };
  const greedy = () => {
    using context = new Context(model, small);
    context.decode(ids);
    return Array.from({ length: 24 }, () => {
      const id = context.argmax(-1);
      context.decodeOne(id);
      return id;
    });
  };

  test("a seed repeats and another one differs", () => {
    const settings = { temperature: 1.5, seed: 1 };
    expect(draw(settings)).toEqual(draw(settings));
    expect(draw(settings)).not.toEqual(draw({ ...settings, seed: 2 }));
  });

  test("one candidate, whether by top-k or top-p, is greedy", () => {
    expect(draw({ temperature: 1.5, topK: 1, seed: 1 })).toEqual(greedy());
    expect(draw({ temperature: 1.5, topP: 1e-9, seed: 1 })).toEqual(greedy());
  });
});
