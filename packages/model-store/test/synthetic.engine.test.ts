import { rm } from "node:fs/promises";
import path from "node:path";
import type { FileType } from "@quantlab/core";
import { Context, fileTypes, Model, quantizeFile } from "@quantlab/llama-capi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Shape } from "../src/catalogue/entries.ts";
import { readGguf } from "../src/index.ts";
import { mixNames } from "../src/sources/synthetic/mix.ts";
import { writeSynthetic } from "../src/sources/synthetic/write.ts";
import { type TemporaryFolder, temporaryFolder, tinyShape } from "./support/fixtures.ts";

const mistralLike: Shape = {
  ...tinyShape,
  layers: 18,
  vocabulary: 2048,
  keyValueHeads: 1,
  tiedEmbeddings: false,
};
const qwenLike: Shape = {
  ...tinyShape,
  architecture: "qwen2",
  layers: 9,
  vocabulary: 2048,
  keyValueHeads: 2,
  attentionBias: true,
};
const shapes: readonly (readonly [string, Shape])[] = [
  ["a Mistral-like shape", mistralLike],
  ["a Qwen-like shape", qwenLike],
];

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

async function write(shape: Shape, fileType: string): Promise<string> {
  const file = path.join(folder.path, `${shape.architecture}-${fileType}.gguf`);
  await rm(file, { force: true });
  const fileTypeNumber = fileTypes[fileType as FileType];
  await writeSynthetic(file, { id: "synthetic/test", shape, seed: 5, fileType, fileTypeNumber });
  return file;
}

/** Logits of the last token of a prompt. */
function logitsOf(file: string): Float32Array {
  using model = Model.load(file, { gpu: false });
  using context = new Context(model, {
    contextSize: 256,
    batchSize: 64,
    microBatchSize: 64,
    threads: 1,
    batchThreads: 1,
    flashAttention: "off",
    keyType: "f32",
    valueType: "f32",
  });
  context.decode(model.tokenize("What is inflation?", { bos: true, special: true }), "last");
  return Float32Array.from(context.logits(-1));
}

function deviationOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

describe.each(shapes)("%s", (_, shape) => {
  it("written directly has the tensor types that llama.cpp's quantizer chooses, in every mix", async () => {
    const source = await write(shape, "F16");
    for (const fileType of mixNames) {
      const direct = readGguf(await write(shape, fileType));
      const output = path.join(folder.path, `quantized-${fileType}.gguf`);
      quantizeFile({ input: source, output, type: fileType as FileType });
      const quantized = new Map(readGguf(output).tensors.map(({ name, type }) => [name, type.name]));
      for (const { name, type } of direct.tensors) {
        expect(`${fileType} ${name} ${type.name}`).toBe(`${fileType} ${name} ${quantized.get(name)}`);
      }
      expect(direct.tensors).toHaveLength(quantized.size);
    }
  });

  it("loads, reads English and chat markers, and gives finite logits of one size in every type", async () => {
    const source = await write(shape, "F16");
    const expected = deviationOf(logitsOf(source));
    for (const fileType of mixNames) {
      const logits = logitsOf(await write(shape, fileType));
      expect(logits.every(Number.isFinite)).toBe(true);
      expect(deviationOf(logits) / expected, fileType).toBeGreaterThan(0.5);
      expect(deviationOf(logits) / expected, fileType).toBeLessThan(2);
    }
    using model = Model.load(source, { gpu: false, vocabOnly: true });
    expect(model.vocabularySize).toBe(2048);
    const text = "<|im_start|>user\nWhat is 42 + 7, 日本?<|im_end|>\n";
    const ids = model.tokenize(text, { bos: true, special: true });
    expect(ids.length).toBeLessThan(text.length);
    expect(ids.some((id) => model.isEndOfGeneration(id))).toBe(true);
    const plain = model.tokenize("What is 42 + 7, 日本?", { bos: false, special: false });
    expect(model.detokenize(plain).trim()).toBe("What is 42 + 7, 日本?");
  });
});
