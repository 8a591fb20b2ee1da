import { mkdtemp, open, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ggufHeader, planTensor, tensorType, type WritableValue, writeTensor } from "@quantlab/llama-capi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { importanceDifference } from "./support/importance-difference.ts";
import { differingTensors } from "./support/same-tensors.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-score-parity-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A GGUF file with these rows in F32. */
async function written(
  name: string,
  rows: Readonly<Record<string, readonly number[]>>,
  metadata: Readonly<Record<string, WritableValue>> = {},
): Promise<string> {
  const file = path.join(folder, name);
  await using handle = await open(file, "w");
  const tensors = Object.entries(rows).map(([tensor, row]) =>
    planTensor(tensor, [row.length], tensorType("F32")),
  );
  await handle.write(ggufHeader(metadata, tensors));
  for (const tensor of tensors) {
    const bytes = new Uint8Array(Float32Array.from(rows[tensor.name]!).buffer);
    await writeTensor(handle, tensor, [bytes], () => {});
  }
  return file;
}

describe("tensors of two files", () => {
  test("are the same whatever the metadata, the order and the places", async () => {
    const a = await written("a.gguf", { one: [1, 2], two: [3] });
    const b = await written("b.gguf", { two: [3], one: [1, 2] }, { "general.name": "another" });
    expect(differingTensors(a, b)).toEqual([]);
  });

  test("differ by a bit, a shape or their presence, each by name", async () => {
    const a = await written("a.gguf", { bit: [1, 2], shape: [3], same: [4], here: [5] });
    const b = await written("b.gguf", { bit: [1, 2 + 2 ** -22], shape: [3, 3], same: [4], there: [5] });
    expect(differingTensors(a, b)).toEqual(["bit", "shape", "here", "there"]);
  });
});

describe("two importance matrices", () => {
  const metadata = { "imatrix.chunk_count": { u32: 2 }, "imatrix.chunk_size": { u32: 512 } };
  const matrix = (name: string, sums: readonly number[], count: number, about = metadata) =>
    written(name, { "w.in_sum2": sums, "w.counts": [count] }, about);

  test("are compared as means, by the largest relative difference of a column", async () => {
    const a = await matrix("a.gguf", [10, 20, 0], 10);
    const b = await matrix("b.gguf", [20, 39, 0], 20);
    const { tensors, entries, largest } = importanceDifference(a, b);
    expect([tensors, entries]).toEqual([1, 3]);
    expect(largest).toBeCloseTo(0.05 / 2, 6);
  });

  test("over other texts or of other tensors are no pair", async () => {
    const a = await matrix("a.gguf", [1], 1);
    const longer = await matrix("b.gguf", [1], 1, { ...metadata, "imatrix.chunk_count": { u32: 3 } });
    const other = await written("c.gguf", { "v.in_sum2": [1], "v.counts": [1] }, metadata);
    expect(() => importanceDifference(a, longer)).toThrow("3 chunks of 512 tokens");
    expect(() => importanceDifference(a, other)).toThrow("w");
  });
});
