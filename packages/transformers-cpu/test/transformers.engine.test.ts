import { cp, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { GenerateRequest, ModelFile, TextSession } from "@quantlab/core";
import { model } from "@quantlab/model-store";
import { allLogits, logitError } from "@quantlab/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TransformersCpuOptions, transformersCpu } from "../src/index.ts";

const never = new AbortController().signal;
const load = async (quantization: string, options: TransformersCpuOptions = {}) =>
  transformersCpu({ threads: 1, ...options }).load(await model("sprout", quantization).resolve(), never);

beforeAll(() => transformersCpu().prepare!(), 900_000);

const request = (promptIds: Int32Array, changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  promptIds,
  newTokens: 24,
  sampling: "greedy",
  stopAtEndOfText: false,
  ...changes,
});
const promptOf = async (session: TextSession, question: string) =>
  session.tokenize(await session.formatChat([{ role: "user", content: question }]), {
    bos: true,
    special: true,
  });

describe("float32", () => {
  let session: TextSession;
  let promptIds: Int32Array;
  beforeAll(async () => {
    session = await load("float32");
    promptIds = await promptOf(session, "What is inflation?");
  });
  afterAll(() => session?.[Symbol.asyncDispose]());

  test("says what runs", async () => {
    expect(session.engine).toMatchObject({
      name: "transformers",
      version: expect.stringMatching(/^5\.\d+\.\d+ \(torch /),
      devices: [expect.stringMatching(/^CPU \(.+\)$/)],
      threads: 1,
      contextSize: 1024,
      kvCacheTypes: ["float32", "float32"],
      buffers: { "CPU float32": expect.any(Number) },
    });
    await using one = await load("float32", { threads: 2, contextSize: 64 });
    expect(one.engine).toMatchObject({ threads: 2, contextSize: 64 });
    await expect(one.generate(request(promptIds, { newTokens: 60 }), never)).rejects.toThrow(
      "the context has 64",
    );
  });

  test("gives exactly the tokens asked for, each with its time, the same each time", async () => {
    const trace = await session.generate(request(promptIds), never);
    const times = [trace.startedAtMs, trace.promptDoneAtMs!, ...trace.tokenAtMs];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect([trace.tokenIds.length, trace.tokenAtMs.length]).toEqual([24, 24]);
    await session.generate(request(promptIds.toReversed()), never);
    expect((await session.generate(request(promptIds), never)).tokenIds).toEqual(trace.tokenIds);
  });

  test("follows the logits that score shows, in parts or whole", async () => {
    const { tokenIds } = await session.generate(request(promptIds), never);
    const ids = Int32Array.of(...promptIds, ...tokenIds);
    const logits = await allLogits(session, ids);
    const best = tokenIds.map((_, index) => {
      const row = logits.subarray((promptIds.length - 1 + index) * 2048, (promptIds.length + index) * 2048);
      return row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    });
    expect(best).toEqual(tokenIds);
    for await (const { from, logits: rest } of session.score!({ ids, from: 20 }, never)) {
      expect(from).toBe(20);
      expect(logitError(rest, logits.subarray(20 * 2048)).max).toBeLessThan(1e-3);
    }
  });

  test("stops before a token that ends the answer when asked to, and passes it otherwise", async () => {
    const end = (await session.tokenize("<|im_end|>", { bos: true, special: true })).at(-1)!;
    const ids = await promptOf(session, "Who invented the light bulb?");
    const passed = (await session.generate(request(ids, { newTokens: 60 }), never)).tokenIds;
    const stopped = await session.generate(request(ids, { newTokens: 60, stopAtEndOfText: true }), never);
    expect(passed.indexOf(end)).toBeGreaterThan(0);
    expect(stopped.tokenIds).toEqual(passed.slice(0, passed.indexOf(end)));
  });

  test("samples the same with one seed and differently with another", async () => {
    const sampled = async (seed: number) => {
      const sampling = { temperature: 1.5, topK: 40, topP: 0.95, seed };
      return (await session.generate(request(promptIds, { sampling }), never)).tokenIds;
    };
    const first = await sampled(3);
    expect(await sampled(3)).toEqual(first);
    expect(await sampled(4)).not.toEqual(first);
  });
});

describe("the types", () => {
  /** Bytes by kind, and how far the logits are from float32's. */
  async function measured(quantization: string) {
    await using session = await load(quantization);
    const ids = await session.tokenize("Inflation is a general rise in the prices of goods.", {
      bos: true,
      special: true,
    });
    return {
      buffers: session.engine.buffers,
      cache: session.engine.kvCacheTypes,
      logits: await allLogits(session, ids),
    };
  }
  const total = (buffers: Readonly<Record<string, number>>) =>
    Object.values(buffers).reduce((sum, bytes) => sum + bytes, 0);

  test("hold the bytes that they name, and the fewer, the further from float32", {
    timeout: 900_000,
  }, async () => {
    const exact = await measured("float32");
    // Embeddings stay as they are: 2048 × 256 numbers, shared with the output, of 5.6 million in all.
    for (const [quantization, most, error] of [
      ["bfloat16", 0.51, 0.2],
      ["float16", 0.51, 0.02],
      ["bnb-int8", 0.29, 0.5],
      ["bnb-nf4", 0.19, 1.5],
      ["bnb-fp4", 0.19, 2.5],
    ] as const) {
      const { buffers, logits } = await measured(quantization);
      expect(
        total(buffers) / total(exact.buffers),
        `${quantization}: ${JSON.stringify(buffers)}`,
      ).toBeLessThan(most);
      const { rms } = logitError(logits, exact.logits);
      expect(rms, quantization).toBeGreaterThan(0);
      expect(rms, quantization).toBeLessThan(error);
    }
  });

  test("are shown as packed numbers where they are packed", async () => {
    expect(Object.keys((await measured("bnb-nf4")).buffers)).toContain("CPU uint8");
    expect(Object.keys((await measured("bnb-int8")).buffers)).toContain("CPU int8");
  });
});

describe("a folder that is no model", () => {
  let folder: string;
  let sprout: ModelFile;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "quantlab-transformers-"));
    sprout = await model("sprout", "float32").resolve();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function refusal(name: string, change: (copy: string) => Promise<void>): Promise<string> {
    const copy = path.join(folder, name);
    await cp(sprout.path, copy, { recursive: true });
    await change(copy);
    const error = await transformersCpu({ threads: 1 })
      .load({ ...sprout, path: copy }, never)
      .then(
        () => expect.fail("it loaded"),
        (thrown: Error) => thrown,
      );
    expect(error.message).not.toContain("\n");
    expect(error).toMatchObject({ code: "ENGINE", remedy: expect.any(String) });
    return error.message;
  }

  test.each([
    ["empty", (copy: string) => rm(path.join(copy, "config.json")), /is no model: it has no config\.json/],
    [
      "weightless",
      (copy: string) => rm(path.join(copy, "model.safetensors")),
      /cannot load .*model\.safetensors/,
    ],
    ["cut", (copy: string) => truncate(path.join(copy, "model.safetensors"), 1e6), /cannot load .*: \S/],
    ["garbled", (copy: string) => writeFile(path.join(copy, "config.json"), "{"), /cannot load .*: \S/],
    [
      "foreign",
      (copy: string) => writeFile(path.join(copy, "config.json"), '{"model_type": "no-such-model"}'),
      /cannot load .*no-such-model/,
    ],
  ])("(%s) is refused in one line", async (name, change, problem) => {
    expect(await refusal(name, change)).toMatch(problem);
  });
});
