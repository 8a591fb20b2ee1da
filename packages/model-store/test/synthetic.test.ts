import { readFile } from "node:fs/promises";
import path from "node:path";
import { InsufficientSpaceError, sha256 } from "@quantlab/core";
import { tensorType } from "@quantlab/llama-capi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { model, modelInfo, readGguf, removeModel } from "../src/index.ts";
import { patternLength, randomBlocks, writableTypes } from "../src/sources/synthetic/blocks.ts";
import { randomNormals } from "../src/sources/synthetic/random.ts";
import { writeSynthetic } from "../src/sources/synthetic/write.ts";
import {
  storeWith,
  type TemporaryFolder,
  temporaryFolder,
  tinyEntry,
  tinyModel,
  tinyShape,
} from "./support/fixtures.ts";

// Hashing and writing take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

describe("a synthetic model", () => {
  it("is the same for the same seed, and another for another", async () => {
    const hashes = await Promise.all(
      [7, 7, 8].map((seed, i) => writeSynthetic(path.join(folder.path, `${i}.gguf`), { ...tinyModel, seed })),
    );
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
    expect(sha256(await readFile(path.join(folder.path, "0.gguf")))).toBe(hashes[0]);
  });

  it("says that it is synthetic: in its metadata, its description and its history", async () => {
    const store = await storeWith(folder.path, [tinyEntry]);
    const file = await model("synthetic/tiny", "Q8_0", store).resolve();
    expect(file.synthetic).toBe(true);
    expect(file.provenance).toEqual([expect.objectContaining({ step: "synthesise", inputSha256: null })]);
    const gguf = readGguf(file.path);
    expect(gguf.metadata.get("general.name")).toBe("synthetic/tiny (random weights)");
    expect(gguf.metadata.get("quantlab.synthetic")).toBe(true);
    const info = await modelInfo("synthetic/tiny:Q8_0", store);
    expect(info.file).toEqual(file);
    expect(info.header).toMatchObject({ architecture: "llama", layers: 2, vocabulary: 512, context: 256 });
    const elements = gguf.tensors.reduce((sum, tensor) => sum + tensor.elements, 0);
    const bytes = gguf.tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    expect(file.parameters).toBe(elements);
    expect(file.bitsPerWeight).toBe((bytes * 8) / elements);
  });

  it("that cannot fit on the disk is not begun", async () => {
    const shape = { ...tinyShape, hidden: 1 << 20, feedForward: 1 << 24, layers: 16 };
    const store = await storeWith(folder.path, [{ ...tinyEntry, id: "synthetic/giant", shape }]);
    await expect(model("synthetic/giant", "F16", store).resolve()).rejects.toThrow(InsufficientSpaceError);
  });

  it("stops when it is told to, and leaves nothing", async () => {
    const store = await storeWith(folder.path, [{ ...tinyEntry, id: "synthetic/stopped" }]);
    const controller = new AbortController();
    const stopped = model("synthetic/stopped", "F16", store).resolve({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    expect((await modelInfo("synthetic/stopped:F16", store)).file).toBeNull();
  });
});

it("removing a model leaves another whose folder has the same name", async () => {
  const store = await storeWith(folder.path, [tinyEntry, { ...tinyEntry, id: "synthetic-tiny" }]);
  const [one, other] = await Promise.all(
    ["synthetic/tiny", "synthetic-tiny"].map((id) => model(id, "Q4_0", store).resolve()),
  );
  expect((await removeModel("synthetic/tiny:Q4_0", store)).files).toEqual([one!.path]);
  expect((await modelInfo("synthetic-tiny:Q4_0", store)).file).toEqual(other);
});

describe("random values", () => {
  it("have mean 0 and the wanted deviation", () => {
    const values = randomNormals(1, 200_000, 0.02);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.0003);
    expect(deviation).toBeCloseTo(0.02, 3);
  });

  it.each(writableTypes)("as %s blocks are of whole length and differ by seed", (name) => {
    const type = tensorType(name);
    const blocks = randomBlocks(type, 32, 1);
    expect(blocks).toHaveLength(32 * type.bytes);
    expect(randomBlocks(type, 32, 1)).toEqual(blocks);
    expect(randomBlocks(type, 32, 2)).not.toEqual(blocks);
  });

  it.each(writableTypes)("of %s repeat in a prime number of blocks", (name) => {
    const length = patternLength(tensorType(name));
    for (let divisor = 2; divisor * divisor <= length; divisor++) expect(length % divisor).not.toBe(0);
  });
});
