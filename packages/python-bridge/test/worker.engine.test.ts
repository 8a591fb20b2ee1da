import { type GenerateRequest, monotonicMs, type Progress, type TextSession } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callEngine } from "../src/index.ts";
import { toyBackend, toyEngine, toys } from "./toy.ts";

const never = new AbortController().signal;
const request = (changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  promptIds: Int32Array.of(5, 6),
  newTokens: 4,
  sampling: "greedy",
  stopAtEndOfText: false,
  ...changes,
});
beforeAll(() => toyBackend().prepare!(), 300_000);

describe.each(toys)("a session that %s serves", (served, load) => {
  let session: TextSession;
  beforeAll(async () => {
    session = await load();
  });
  afterAll(() => session[Symbol.asyncDispose]());

  test("tells what runs, in which process, and how long its parts took to start", () => {
    expect(session.engine).toEqual({
      pid: expect.any(Number),
      name: "toy",
      version: "1.0.0",
      devices: ["CPU"],
      threads: 1,
      contextSize: 256,
      vocabularySize: 1000,
      kvCacheTypes: null,
      flashAttention: null,
      buffers: { CPU: 12 },
      startup: { runtimeMs: expect.any(Number), modelMs: expect.any(Number) },
    });
    expect(session.engine.pid).not.toBe(process.pid);
    expect(session.sequences).toBe(1);
  });

  test("turns text into tokens and back", async () => {
    expect(await session.tokenize("hé", { bos: true, special: true })).toEqual(Int32Array.of(1, 104, 233));
    expect(await session.tokenize("h", { bos: false, special: false })).toEqual(Int32Array.of(104));
    expect(await session.detokenize(Int32Array.of(104, 233))).toBe("hé");
    expect(await session.formatChat([{ role: "user", content: 'a\n"b"' }])).toBe('<user>a\n"b"');
  });

  test("generates with its times on our clock, and streams when asked", async () => {
    const heard: number[] = [];
    const before = monotonicMs();
    const trace = await session.generate(request({ onToken: (id) => heard.push(id) }), never);
    const times = [before, trace.startedAtMs, trace.promptDoneAtMs!, ...trace.tokenAtMs, monotonicMs()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(trace).toMatchObject({ tokenIds: [7, 8, 9, 10], promptTokens: 2 });
    expect(heard).toEqual([7, 8, 9, 10]);
  });

  test("scores in parts, in order, each with memory of its own", async () => {
    const ids = Int32Array.from({ length: 11 }, (_, index) => index);
    const parts = await Array.fromAsync(session.score!({ ids, from: 2 }, never));
    expect(parts.map(({ from, logits, vocabulary }) => [from, logits.length / vocabulary])).toEqual([
      [2, 3],
      [5, 3],
      [8, 3],
    ]);
    const rows = parts.flatMap(({ logits }) => [...logits]).filter((_, index) => index % 1000 === 0);
    expect(rows).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("a score that is left halfway leaves the session usable", async () => {
    const ids = Int32Array.from({ length: 200 }, () => 1);
    for await (const { from } of session.score!({ ids, from: 0 }, never)) if (from > 0) break;
    expect((await session.generate(request(), never)).tokenIds).toEqual([7, 8, 9, 10]);
    const again = await Array.fromAsync(session.score!({ ids, from: 197 }, never));
    expect(again.map(({ from }) => from)).toEqual([197]);
  });

  test("tells the CPU time of its process, which only grows, and what its allocator counts", async () => {
    const [first, second] = [await session.usage!(), await session.usage!()];
    expect(first.allocatorPeakBytes).toBe(4096);
    expect(first.userMs).toBeGreaterThan(0);
    expect(second.userMs + second.systemMs).toBeGreaterThanOrEqual(first.userMs + first.systemMs);
  });

  test.runIf(served === "Python").each([
    [{ promptIds: Int32Array.of(5, 1000) }, "toy: token 1000 is not in the vocabulary of 1000"],
    [{ promptIds: Int32Array.of(-1) }, "toy: token -1 is not in the vocabulary of 1000"],
    [{ promptIds: new Int32Array() }, "toy: there are no tokens to run"],
    [{ newTokens: 255 }, "toy: prompt and new tokens need 257 places, the context has 256"],
  ])("refuses %o in one line and goes on", async (changes, message) => {
    await expect(session.generate(request(changes), never)).rejects.toThrow(message);
    expect((await session.generate(request(), never)).tokenIds).toEqual([7, 8, 9, 10]);
  });

  test("refuses what no request may hold", async () => {
    const asked = session.generate(request({ newTokens: 1.5 }), never);
    await expect(asked).rejects.toThrow(/not a valid .*newTokens must be integer/);
    expect((await session.generate(request(), never)).tokenIds).toEqual([7, 8, 9, 10]);
  });

  test.runIf(served === "Python")("refuses ids to score and to read that are not the model's", async () => {
    const scored = Array.fromAsync(session.score!({ ids: Int32Array.of(1, 5000), from: 0 }, never));
    await expect(scored).rejects.toThrow("token 5000 is not in the vocabulary");
    const beyond = Array.fromAsync(session.score!({ ids: Int32Array.of(1, 2), from: 2 }, never));
    await expect(beyond).rejects.toThrow("from is 2, the sequence has 2 tokens");
    await expect(session.detokenize(Int32Array.of(-3))).rejects.toThrow("token -3");
  });

  test("an abort stops a generation, and the session goes on", async () => {
    await using session = await load({ behaviour: "slow" });
    const cancel = new AbortController();
    const onToken = (id: number) => void (id === 9 && cancel.abort(new Error("enough")));
    const long = session.generate(request({ newTokens: 250, onToken }), cancel.signal);
    await expect(long).rejects.toThrow("enough");
    expect((await session.generate(request({ newTokens: 2 }), never)).tokenIds).toEqual([7, 8]);
    const unstreamed = session.generate(request({ newTokens: 250 }), AbortSignal.timeout(200));
    await expect(unstreamed).rejects.toThrow(/timeout/);
    expect((await session.generate(request({ newTokens: 2 }), never)).tokenIds).toEqual([7, 8]);
    await expect(session.generate(request(), AbortSignal.abort(new Error("before")))).rejects.toThrow(
      "before",
    );
  });

  test("what libraries print, to whichever stdout, breaks nothing; what they read is empty", async () => {
    await using printing = await load({ behaviour: "prints" });
    expect((await printing.generate(request(), never)).tokenIds).toEqual([7, 8, 9, 10]);
    await using reading = await load({ behaviour: "reads" });
    expect((await reading.generate(request(), never)).tokenIds).toEqual([7, 8, 9, 10]);
  });

  test("text can be asked for while tokens are streamed", async () => {
    await using session = await load({ behaviour: "slow" });
    const order: string[] = [];
    const asked: Promise<void>[] = [];
    const onToken = (id: number) => {
      const text = session.detokenize(Int32Array.of(id));
      asked.push(text.then((told) => void order.push(told)));
    };
    const promptIds = Int32Array.of(96);
    await session.generate(request({ promptIds, onToken, newTokens: 6 }), never);
    order.push("done");
    await Promise.all(asked);
    expect(order.slice(0, 4)).toEqual(["a", "b", "c", "d"]);
    expect(order.indexOf("done")).toBeGreaterThanOrEqual(4);
  });
});

test("an engine's calls answer, with progress, in a process of their own", async () => {
  const told: Progress[] = [];
  const onProgress = (progress: Progress) => void told.push(progress);
  expect(await callEngine(toyEngine, "count", { to: 2 }, { onProgress })).toEqual({ counted: 2 });
  expect(told.map(({ done }) => done)).toEqual([0, 1]);
  await expect(callEngine(toyEngine, "sing", {})).rejects.toThrow(
    "toy: there is no call 'sing'; there are count",
  );
});
