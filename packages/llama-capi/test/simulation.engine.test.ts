import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BadFileError, EngineError, forecastHostBytes, UsageError } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  Context,
  type ContextSettings,
  Model,
  quantizeFile,
  readGguf,
  simulateInOwnProcess,
} from "../src/index.ts";
import { memoryBreakdown } from "../src/simulation/memory-breakdown.ts";
import { small, sprout } from "./sprout.ts";

let folder: string;
let quantized: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "quantlab-simulation-"));
  quantized = path.join(folder, "sprout-Q4_K_M.gguf");
  quantizeFile({ input: sprout, output: quantized, type: "Q4_K_M" });
});
afterAll(() => rmSync(folder, { recursive: true }));

const simulated = (file: string, changes: Partial<ContextSettings> = {}) =>
  simulateInOwnProcess({ file, gpu: false, ...small, ...changes });

describe("what is worked out before loading", () => {
  test.each<[string, Partial<ContextSettings>]>([
    ["a small context", {}],
    ["a long one", { contextSize: 2048, batchSize: 2048 }],
    [
      "quantized keys and values",
      { contextSize: 2048, keyType: "q8_0", valueType: "q4_0", flashAttention: "on" },
    ],
    ["no flash attention", { flashAttention: "off" }],
  ])("is to the byte what is then held, with %s", async (_, changes) => {
    for (const file of [sprout, quantized]) {
      using model = Model.load(file, { gpu: false, mmap: false });
      using context = new Context(model, { ...small, ...changes });
      expect((await simulated(file, changes)).buffers).toEqual(memoryBreakdown(context));
    }
  });

  test.runIf(process.platform === "linux")("is within 5% of the peak that the system counts", async () => {
    for (const file of [sprout, quantized]) {
      const settings = { ...small, contextSize: 1024, batchSize: 1024 };
      const program = path.join(import.meta.dirname, "fill-program.ts");
      const told = execFileSync(process.execPath, [program, file, JSON.stringify(settings)], {
        encoding: "utf8",
      });
      const { before, peak } = JSON.parse(told) as { before: number; peak: number };
      const predicted = before + forecastHostBytes(await simulated(file, settings));
      expect(Math.abs(predicted / peak - 1)).toBeLessThan(0.05);
    }
  });

  test("needs no weights: a header with a hole behind it tells the same", async () => {
    const { dataOffset, bytes } = readGguf(quantized);
    const hole = path.join(folder, "hole.gguf");
    writeFileSync(hole, readFileSync(quantized).subarray(0, dataOffset));
    truncateSync(hole, bytes);
    const { buffers, mappedBytes, reads } = await simulated(quantized);
    expect(await simulated(hole)).toMatchObject({ buffers, mappedBytes, reads });
  });

  test("counts what a token reads: every tensor of a model whose embeddings are its output", async () => {
    const { reads, layers } = await simulated(quantized);
    const { tensors } = readGguf(quantized);
    const all = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(Object.values(reads).reduce((sum, bytes) => sum + bytes, 0)).toBe(all);
    expect(Object.keys(reads)).toContain("Q4_K");
    expect(layers).toBe(6);
  });
});

describe("a header that lies", () => {
  /** sprout with a 32-bit number of its metadata changed. */
  function lying(key: string, value: number): string {
    const file = path.join(folder, `${key}-${value}.gguf`);
    copyFileSync(sprout, file);
    const bytes = readFileSync(file);
    bytes.writeUInt32LE(value, readGguf(sprout).entries.get(key)![1] - 4);
    writeFileSync(file, bytes);
    return file;
  }

  test.each([
    ["llama.block_count", 2 ** 31 - 1],
    ["llama.block_count", 511],
    ["llama.embedding_length", 2 ** 31],
    ["llama.attention.head_count", 0],
    ["llama.feed_forward_length", 7],
  ])(
    "about %s is an error of one line, whatever becomes of the process that reads it",
    async (key, value) => {
      await expect(simulated(lying(key, value))).rejects.toThrow(EngineError);
    },
  );

  test("about its length is refused before llama.cpp sees it", async () => {
    const cut = path.join(folder, "cut.gguf");
    copyFileSync(sprout, cut);
    truncateSync(cut, 2 ** 20);
    await expect(simulated(cut)).rejects.toThrow(BadFileError);
    await expect(simulated(cut)).rejects.toThrow(/truncated/);
  });
});

test("a context beyond what llama.cpp can count is wrong usage", async () => {
  await expect(simulated(sprout, { contextSize: 2 ** 40 })).rejects.toThrow(UsageError);
});
