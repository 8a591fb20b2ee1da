import { mkdtemp, open, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { EngineError, type GenerateRequest, type TextSession } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { llamacppSession } from "../src/session.ts";
import { sproutF16 } from "./session-sprout.ts";

const never = new AbortController().signal;
const greedy = { sampling: "greedy", stopAtEndOfText: false } as const;

describe("a session on the shipped model", () => {
  let session: TextSession;
  let promptIds: Int32Array;
  beforeAll(async () => {
    session = await llamacppSession({ threads: 1, contextSize: 256 }).load(sproutF16, never);
    const text = await session.formatChat([{ role: "user", content: "Who invented the light bulb?" }]);
    promptIds = await session.tokenize(text, { bos: true, special: true });
  });
  afterAll(() => session[Symbol.asyncDispose]());

  test("gives exactly the tokens asked for, past the end of the text, each with its time", async () => {
    const trace = await session.generate({ promptIds, newTokens: 80, ...greedy }, never);
    expect(trace.tokenIds).toHaveLength(80);
    expect(trace.tokenAtMs).toHaveLength(80);
    const times = [trace.startedAtMs, trace.promptDoneAtMs!, ...trace.tokenAtMs];
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(trace.promptTokens).toBe(promptIds.length);
    expect(trace.engineCounters).toEqual({
      meteredInputTokens: promptIds.length - 1,
      meteredOutputTokens: 80,
    });
  });

  test("starts every generation from an empty context", async () => {
    const request: GenerateRequest = { promptIds, newTokens: 8, ...greedy };
    const first = await session.generate(request, never);
    const second = await session.generate(request, never);
    expect(second.tokenIds).toEqual(first.tokenIds);
  });

  test("behind a cached prefix is of the rest alone, and the same as of the whole", async () => {
    const request: GenerateRequest = { promptIds, newTokens: 8, ...greedy };
    const whole = await session.generate(request, never);
    const trace = await session.generate({ ...request, cachedTokens: promptIds.length - 3 }, never);
    expect(trace.tokenIds).toEqual(whole.tokenIds);
    expect(trace.promptTokens).toBe(3);
    expect(trace.engineCounters.meteredInputTokens).toBe(2);
    const refused = session.generate({ ...request, cachedTokens: promptIds.length }, never);
    await expect(refused).rejects.toThrow("are to be in the cache");
  });

  test("stops where the text ends when it may, and hands over tokens as they come", async () => {
    const seen: number[] = [];
    const trace = await session.generate(
      {
        promptIds,
        newTokens: 200,
        sampling: "greedy",
        stopAtEndOfText: true,
        onToken: (id) => seen.push(id),
      },
      never,
    );
    expect(trace.tokenIds.length).toBeGreaterThan(0);
    expect(trace.tokenIds.length).toBeLessThan(200);
    expect(seen).toEqual(trace.tokenIds);
    expect(await session.detokenize(Int32Array.from(trace.tokenIds))).not.toContain("<|im_end|>");
  });

  test("random sampling repeats with its seed", async () => {
    const sampled = (seed: number) =>
      session.generate(
        { promptIds, newTokens: 30, sampling: { temperature: 2, seed }, stopAtEndOfText: false },
        never,
      );
    const [first, again, other] = [await sampled(1), await sampled(1), await sampled(2)];
    expect(again.tokenIds).toEqual(first.tokenIds);
    expect(other.tokenIds).not.toEqual(first.tokenIds);
  });

  test("refuses what does not fit instead of dropping the beginning", async () => {
    await expect(session.generate({ promptIds, newTokens: 250, ...greedy }, never)).rejects.toThrow(
      /need \d+ places, the context has 256/,
    );
    await expect(
      session.generate({ promptIds: new Int32Array(), newTokens: 1, ...greedy }, never),
    ).rejects.toThrow("there are no tokens to run");
  });

  test("a token outside the vocabulary is an error, and the session goes on", async () => {
    const foreign = session.generate(
      { promptIds: Int32Array.of(1, 999_999), newTokens: 2, ...greedy },
      never,
    );
    await expect(foreign).rejects.toThrow(EngineError);
    await session.generate({ promptIds, newTokens: 2, ...greedy }, never);
  });

  test("ends when it is told to", async () => {
    const controller = new AbortController();
    const running = session.generate(
      { promptIds, newTokens: 200, ...greedy, onToken: () => controller.abort(new Error("enough")) },
      controller.signal,
    );
    await expect(running).rejects.toThrow("enough");
  });

  test("plain text has no special tokens, special text has them", async () => {
    const plain = await session.tokenize("<|im_start|>", { bos: false, special: false });
    expect(plain.length).toBeGreaterThan(1);
    const special = await session.tokenize("<|im_start|>", { bos: true, special: true });
    expect(await session.detokenize(special)).toBe("<s><|im_start|>");
    expect(special).toHaveLength(2);
  });

  test("writes a conversation in the model's template", async () => {
    const text = await session.formatChat([
      { role: "system", content: "Be short." },
      { role: "user", content: "  What is\ninflation? " },
      { role: "assistant", content: " Rising prices." },
      { role: "user", content: "Why?" },
      { role: "user", content: "Since when?" },
    ]);
    expect(text).toBe(
      "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\n  What is\ninflation? <|im_end|>\n" +
        "<|im_start|>assistant\n Rising prices.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n" +
        "<|im_start|>user\nSince when?<|im_end|>\n<|im_start|>assistant\n",
    );
  });
});

describe("loading", () => {
  test("tells what runs", async () => {
    const backend = llamacppSession({ threads: 1, contextSize: 512, gpuLayers: 0 });
    const probed = await backend.probe();
    await using session = await backend.load(sproutF16, never);
    const { engine } = session;
    expect(probed).toEqual({ available: true, version: engine.version });
    expect(engine).toMatchObject({
      pid: process.pid,
      name: "node-llama-cpp",
      version: expect.stringMatching(/^\d+\.\d+\.\d+ \(llama\.cpp v\d/),
      devices: ["CPU"],
      threads: 1,
      contextSize: 512,
      kvCacheTypes: ["f16", "f16"],
      flashAttention: true,
    });
    const weights = Object.values(engine.buffers).reduce((sum, bytes) => sum + bytes, 0);
    const { size } = await stat(sproutF16.path);
    expect(weights / size).toBeGreaterThan(0.9);
    expect(weights / size).toBeLessThan(2);
  });

  test("every option reaches the library", async () => {
    const backend = llamacppSession({
      threads: 2,
      contextSize: 256,
      batchSize: 16,
      flashAttention: "off",
      kvCacheTypes: ["f32", "f32"],
      mmap: false,
      gpuLayers: 0,
    });
    await using session = await backend.load(sproutF16, never);
    expect(session.engine).toMatchObject({
      threads: 2,
      contextSize: 256,
      flashAttention: false,
      kvCacheTypes: ["f32", "f32"],
    });
    // Without mmap the weights lie in memory of llama.cpp's own.
    expect(Object.keys(session.engine.buffers)).not.toContain("CPU_Mapped");
    const ids = Int32Array.from({ length: 20 }, (_, index) => 300 + index);
    const trace = await session.generate({ promptIds: ids, newTokens: 2, ...greedy }, never);
    expect(trace.tokenIds).toHaveLength(2);
  });

  test("a float32 cache turns flash attention off, which would compute in float16", async () => {
    const backend = llamacppSession({ threads: 1, contextSize: 256, kvCacheTypes: ["f32", "f32"] });
    await using session = await backend.load(sproutF16, never);
    expect(session.engine).toMatchObject({ kvCacheTypes: ["f32", "f32"], flashAttention: false });
  });

  test("the context grows for a generation that needs more, unless its size was given", async () => {
    await using session = await llamacppSession({ threads: 1 }).load(sproutF16, never);
    expect(session.engine.contextSize).toBe(1024);
    const promptIds = Int32Array.from({ length: 1100 }, (_, index) => 300 + (index % 900));
    const trace = await session.generate({ promptIds, newTokens: 4, ...greedy }, never);
    expect(trace.tokenIds).toHaveLength(4);
    expect(session.engine.contextSize).toBeGreaterThanOrEqual(1104);
  });

  test("a broken file is refused in llama.cpp's own words, and the next one loads", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-session-"));
    try {
      const cut = path.join(folder, "cut.gguf");
      await copyHead(sproutF16.path, cut, 4_000_000);
      const backend = llamacppSession({ threads: 1, contextSize: 256 });
      const broken = backend.load({ ...sproutF16, path: cut }, never);
      await expect(broken).rejects.toThrow(EngineError);
      await expect(broken).rejects.toThrow(/cut\.gguf.*(corrupted or incomplete|out of range|not within)/s);
      await using session = await backend.load(sproutF16, never);
      expect(session.engine.buffers).not.toEqual({});
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("a file that is not there and a model of another form are named", async () => {
    const backend = llamacppSession();
    await expect(backend.load({ ...sproutF16, path: "absent.gguf" }, never)).rejects.toThrow(/absent\.gguf/);
    const folder = { ...sproutF16, ref: { ...sproutF16.ref, form: "hf" as const } };
    await expect(backend.load(folder, never)).rejects.toThrow(/is a hf model/);
  });

  test("an abort before loading is the caller's own reason", async () => {
    const loading = llamacppSession().load(sproutF16, AbortSignal.abort(new Error("not today")));
    await expect(loading).rejects.toThrow("not today");
  });
});

async function copyHead(from: string, to: string, bytes: number): Promise<void> {
  await using source = await open(from);
  await using target = await open(to, "w");
  const { buffer } = await source.read(Buffer.alloc(bytes), 0, bytes, 0);
  await target.write(buffer);
}
