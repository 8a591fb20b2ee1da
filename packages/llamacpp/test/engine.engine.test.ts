import {
  defaultThreads,
  EngineError,
  type GenerateRequest,
  InsufficientSpaceError,
  monotonicMs,
  type TextSession,
} from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LlamacppEngineOptions, llamacppEngine } from "../src/index.ts";
import { sproutF16 } from "./session-sprout.ts";

const { signal } = new AbortController();
const load = (options: LlamacppEngineOptions = {}) =>
  llamacppEngine({ threads: 1, gpu: false, ...options }).load(sproutF16, signal);

let session: TextSession;
let promptIds: Int32Array;
beforeAll(async () => {
  session = await load();
  promptIds = await session.tokenize(
    await session.formatChat([{ role: "user", content: "What is inflation?" }]),
    { bos: true, special: true },
  );
});
afterAll(() => session[Symbol.asyncDispose]());

const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  promptIds,
  newTokens: 24,
  sampling: "greedy",
  stopAtEndOfText: false,
  ...changes,
});
const answer = async (from: TextSession, changes: Partial<GenerateRequest> = {}) =>
  (await from.generate(request(changes), signal)).tokenIds;

async function scores(
  from: TextSession,
  ids: Int32Array,
  first: number,
  prefixFirst = false,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  let next = first;
  for await (const { from: start, vocabulary, logits } of from.score!(
    { ids, from: first, prefixFirst },
    signal,
  )) {
    expect(start).toBe(next);
    next += logits.length / vocabulary;
    parts.push(logits.slice());
  }
  expect(next).toBe(ids.length);
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - b[index]!)),
    a.length === b.length ? 0 : NaN,
  );

test("probe loads the library and names its release", async () => {
  expect(await llamacppEngine().probe()).toEqual({
    available: true,
    version: expect.stringMatching(/^v0\.5\.0 \(node-llama-cpp 3\.22\.1\)$/),
  });
});

describe("what ran", () => {
  test("is told with the defaults", () => {
    expect(session.engine).toMatchObject({
      pid: process.pid,
      name: "llama.cpp",
      threads: 1,
      contextSize: 1024,
      kvCacheTypes: ["f16", "f16"],
      flashAttention: true,
    });
    expect(session.engine.devices).toEqual([expect.stringMatching(/^CPU \(.+\)$/)]);
    const bytes = Object.values(session.engine.buffers).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(10e6);
  });

  test("is told with every option set", async () => {
    await using other = await load({
      threads: 2,
      batchThreads: 1,
      contextSize: 300,
      batchSize: 64,
      microBatchSize: 32,
      flashAttention: "off",
      kvCacheTypes: ["q8_0", "f16"],
      mmap: false,
    });
    expect(other.engine).toMatchObject({
      threads: 2,
      contextSize: 512,
      kvCacheTypes: ["q8_0", "f16"],
      flashAttention: false,
      buffers: { CPU: expect.any(Number) },
    });
  });

  test("takes the machine's own threads unless told", async () => {
    await using other = await llamacppEngine({ gpu: false }).load(sproutF16, signal);
    expect(other.engine.threads).toBe(defaultThreads());
  });
});

describe("a generation", () => {
  test("has a rising time for each token, the prompt's end before them, and the engine's own counters", async () => {
    const before = monotonicMs();
    const trace = await session.generate(request(), signal);
    const times = [before, trace.startedAtMs, trace.promptDoneAtMs!, ...trace.tokenAtMs, monotonicMs()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(trace.tokenIds).toHaveLength(24);
    expect(trace.tokenAtMs).toHaveLength(24);
    expect(trace.promptTokens).toBe(promptIds.length);
    expect(trace.engineCounters).toMatchObject({ promptTokens: promptIds.length, decodeTokens: 23 });
  });

  test("is the same each time, and nothing of the last one is left", async () => {
    const sampling = { temperature: 1.5, seed: 5 };
    const [greedy, drawn] = [await answer(session), await answer(session, { sampling })];
    await answer(session, { promptIds: promptIds.toReversed() });
    expect(await answer(session, { sampling })).toEqual(drawn);
    const again = await session.generate(request(), signal);
    expect(again.tokenIds).toEqual(greedy);
    expect(again.engineCounters.promptTokens).toBe(promptIds.length);
  });

  test("follows the logits that score shows", async () => {
    const ids = await answer(session, { newTokens: 6 });
    const whole = Int32Array.of(...promptIds, ...ids);
    const rows = await scores(session, whole, promptIds.length - 1);
    const vocabulary = rows.length / (ids.length + 1);
    ids.forEach((id, index) => {
      const row = rows.subarray(index * vocabulary, (index + 1) * vocabulary);
      const best = row.reduce((a, b) => Math.max(a, b));
      expect(best - row[id]!).toBeLessThan(0.02);
    });
  });

  test("with a seed repeats; with another it differs", async () => {
    const sampling = { temperature: 1.5, topK: 40, topP: 0.95, seed: 3 };
    const first = await answer(session, { sampling });
    expect(await answer(session, { sampling })).toEqual(first);
    expect(await answer(session, { sampling: { ...sampling, seed: 4 } })).not.toEqual(first);
  });

  test("stops before a token that ends the answer when asked to, and passes it otherwise", async () => {
    const end = (await session.tokenize("<|im_end|>", { bos: true, special: true })).at(-1)!;
    const chat = await session.formatChat([{ role: "user", content: "Who invented the light bulb?" }]);
    const asked = { promptIds: await session.tokenize(chat, { bos: true, special: true }), newTokens: 60 };
    const passed = await answer(session, asked);
    const place = passed.indexOf(end);
    expect(passed).toHaveLength(60);
    expect(place).toBeGreaterThan(0);
    expect(await answer(session, { ...asked, stopAtEndOfText: true })).toEqual(passed.slice(0, place));
  });

  test("behind a cached prefix is of the rest alone, and the same as of the whole", async () => {
    const ids = Int32Array.from({ length: 300 }, (_, index) => 100 + ((index * 37) % 1000));
    const whole = await answer(session, { promptIds: ids, newTokens: 6 });
    const asked = request({ promptIds: ids, cachedTokens: 280, newTokens: 6 });
    // Read for the first, still there for the second.
    for (const trace of [await session.generate(asked, signal), await session.generate(asked, signal)]) {
      expect(trace.tokenIds).toEqual(whole);
      expect(trace.promptTokens).toBe(20);
      expect(trace.engineCounters).toMatchObject({ promptTokens: 20, decodeTokens: 5 });
    }
  });

  test("never finds another prefix in the cache than its own", async () => {
    const chats: Int32Array[] = [];
    for (const content of ["What is inflation?", "Who invented the light bulb?"]) {
      const chat = await session.formatChat([{ role: "user", content }]);
      chats.push(await session.tokenize(chat, { bos: true, special: true }));
    }
    const [one, two] = chats as [Int32Array, Int32Array];
    const fresh = (ids: Int32Array) => answer(session, { promptIds: ids });
    const behind = (ids: Int32Array, cachedTokens: number) =>
      answer(session, { promptIds: ids, cachedTokens });
    const [toOne, toTwo] = [await fresh(one), await fresh(two)];
    expect(toTwo).not.toEqual(toOne);
    // The assistant's turn alone is read: what it answers is in the cache.
    expect(await behind(one, one.length - 3)).toEqual(toOne);
    expect(await behind(two, two.length - 3)).toEqual(toTwo);
    expect(await behind(one, one.length - 3)).toEqual(toOne);
    // A shorter one is another, and one without leaves nothing.
    expect(await behind(one, 3)).toEqual(toOne);
    expect(await fresh(two)).toEqual(toTwo);
  });

  test.each([-1, 5])("refuses %d of five tokens in the cache", async (cachedTokens) => {
    const refused = session.generate(request({ promptIds: promptIds.slice(0, 5), cachedTokens }), signal);
    await expect(refused).rejects.toMatchObject({ remedy: "give cachedTokens from 0 to 4" });
  });

  test("streams each token as it is chosen, and hears a cancel meanwhile", async () => {
    const heard: number[] = [];
    expect(await answer(session, { onToken: (id) => heard.push(id) })).toEqual(heard);
    const cancel = new AbortController();
    let count = 0;
    const onToken = () => void (++count === 5 && setImmediate(() => cancel.abort(new Error("enough"))));
    await expect(session.generate(request({ onToken }), cancel.signal)).rejects.toThrow("enough");
    expect(count).toBeLessThan(10);
    await expect(session.generate(request(), AbortSignal.abort(new Error("before")))).rejects.toThrow(
      "before",
    );
  });

  test("grows the context when none is set, and says what to set when one is", async () => {
    await using open = await load();
    const long = Int32Array.from({ length: 1100 }, (_, index) => promptIds[1 + (index % 8)]!);
    expect(await answer(open, { promptIds: long, newTokens: 4 })).toHaveLength(4);
    expect(open.engine.contextSize).toBeGreaterThanOrEqual(1104);
    await using fixed = await load({ contextSize: 256 });
    const refused = fixed.generate(request({ newTokens: 300 }), signal);
    await expect(refused).rejects.toThrow(EngineError);
    await expect(refused).rejects.toMatchObject({
      remedy: `set contextSize to ${promptIds.length + 300} or more`,
    });
  });

  test.each([[[]], [[5, -1]], [[5, 2048]]])("refuses the tokens %j", async (ids) => {
    const refused = session.generate(request({ promptIds: Int32Array.from(ids) }), signal);
    await expect(refused).rejects.toThrow(EngineError);
  });
});

describe("scores", () => {
  const text = "The mayor of Ravensby bought three apples. ".repeat(60);

  test("are one row for each position from the first asked for to the last", async () => {
    const ids = (await session.tokenize(text, { bos: true, special: true })).subarray(0, 300);
    const all = await scores(session, ids, 0);
    expect(all.every(Number.isFinite)).toBe(true);
    expect(all.length).toBe(300 * 2048);
    const tail = await scores(session, ids, 200);
    expect(largestDifference(tail, all.subarray(200 * 2048))).toBeLessThan(0.02);
    expect(await scores(session, ids, 299)).toHaveLength(2048);
  });

  test("do not depend on how the sequence is cut into batches and micro batches", async () => {
    const ids = (await session.tokenize(text, { bos: true, special: true })).subarray(0, 100);
    const whole = await scores(session, ids, 50);
    // In the second what is before the rows does not fit into their batch.
    for (const sizes of [{ microBatchSize: 16 }, { microBatchSize: 16, batchSize: 40 }]) {
      await using cut = await load(sizes);
      expect(largestDifference(await scores(cut, ids, 50), whole)).toBeLessThan(0.02);
    }
  });

  test("hold no more logits at once than logitsBytes allows", async () => {
    const ids = (await session.tokenize(text, { bos: true, special: true })).subarray(0, 100);
    const whole = await scores(session, ids, 50);
    await using tight = await load({ logitsBytes: 16 * 2048 * 4 });
    for await (const { logits } of tight.score!({ ids, from: 50 }, signal)) {
      expect(logits.byteLength).toBeLessThanOrEqual(16 * 2048 * 4);
    }
    expect(largestDifference(await scores(tight, ids, 50), whole)).toBeLessThan(0.02);
  });

  test("of a prefix run first are those of a new session to the last bit, kept or not", async () => {
    const prompt = await session.tokenize("One, two, three,", { bos: true, special: true });
    const choices = await Promise.all(
      [" four", " nine or ten", " f"].map((choice) =>
        session.tokenize(choice, { bos: false, special: false }),
      ),
    );
    const ids = choices.map((choice) => Int32Array.of(...prompt, ...choice));
    const first = prompt.length - 1;
    for (const sequence of ids) {
      const kept = await scores(session, sequence, first, true);
      await using other = await load();
      expect(await scores(other, sequence, first, true)).toEqual(kept);
      expect(largestDifference(kept, await scores(other, sequence, first))).toBeLessThan(0.02);
    }
  });

  test("leave a generation as it was", async () => {
    const before = await answer(session);
    await scores(session, promptIds, 0);
    expect(await answer(session)).toEqual(before);
  });

  test("refuse a position outside the sequence", async () => {
    await expect(scores(session, promptIds, promptIds.length)).rejects.toThrow(RangeError);
  });
});

describe("exactness", () => {
  test("an f32 cache turns flash attention off, which would compute it in f16, and moves the logits a little", async () => {
    await using exact = await load({ kvCacheTypes: ["f32", "f32"] });
    expect(exact.engine).toMatchObject({ kvCacheTypes: ["f32", "f32"], flashAttention: false });
    const difference = largestDifference(
      await scores(exact, promptIds, 0),
      await scores(session, promptIds, 0),
    );
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(0.1);
  });
});

describe("refused before memory is touched", () => {
  test("a context that cannot be held", async () => {
    const refused = load({ contextSize: 2_000_000_000 });
    await expect(refused).rejects.toThrow(InsufficientSpaceError);
    await expect(refused).rejects.toThrow(/a context of 2000000000 tokens needs about .* GiB of memory/);
  });

  test("a model of another form", async () => {
    const folder = { ...sproutF16, ref: { ...sproutF16.ref, form: "hf" as const } };
    await expect(llamacppEngine().load(folder, signal)).rejects.toThrow(/is a hf model/);
  });

  test("anything after a cancel", async () => {
    await expect(llamacppEngine().load(sproutF16, AbortSignal.abort(new Error("before")))).rejects.toThrow(
      "before",
    );
  });
});
