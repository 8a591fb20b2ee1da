import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectImportance } from "../src/importance/collection.ts";
import { Model, readGguf } from "../src/index.ts";
import { sprout } from "./sprout.ts";

const text = readFileSync(path.join(repositoryRoot, "models/sprout/text/calibration.txt"), "utf8");
const settings = { chunkSize: 64, chunks: 3, threads: 1 };

let model: Model;
beforeAll(() => {
  model = Model.load(sprout, { gpu: false });
});
afterAll(() => model[Symbol.dispose]());

/** The values of a tensor in F16 or F32. */
function tensorValues(name: string): Float32Array {
  const { tensors, dataOffset } = readGguf(sprout);
  const tensor = tensors.find((candidate) => candidate.name === name)!;
  const bytes = new Uint8Array(tensor.bytes);
  const file = openSync(sprout, "r");
  readSync(file, bytes, 0, bytes.length, dataOffset + tensor.offset);
  closeSync(file);
  if (tensor.type.name === "F32") return new Float32Array(bytes.buffer);
  return Float32Array.from(new Uint16Array(bytes.buffer), halfToNumber);
}

function halfToNumber(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

test("what the first block's queries are multiplied with is what its norm gives, squared and summed", async () => {
  const { tensors } = await collectImportance(model, text, settings);
  const { columns, sums, counts } = tensors.get("blk.0.attn_q.weight")!;
  expect(Array.from(counts)).toEqual([settings.chunks * settings.chunkSize]);
  const [embedding, norm] = [tensorValues("token_embd.weight"), tensorValues("blk.0.attn_norm.weight")];
  const epsilon = Number(model.metadata("llama.attention.layer_norm_rms_epsilon"));
  const ids = model
    .tokenize(text, { bos: true, special: true })
    .slice(0, settings.chunks * settings.chunkSize);
  const expected = new Float64Array(columns);
  for (const [index, id] of ids.entries()) {
    // Every chunk begins with BOS in the place of its first token.
    const start = (index % settings.chunkSize === 0 ? model.bos : id) * columns;
    const row = embedding.subarray(start, start + columns);
    const scale = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / columns + epsilon);
    for (let column = 0; column < columns; column++)
      expected[column]! += (row[column]! * scale * norm[column]!) ** 2;
  }
  for (let column = 0; column < columns; column++)
    expect(sums[column]! / expected[column]!).toBeCloseTo(1, 4);
});

test("every matrix of every block is seen, and nothing beside", async () => {
  const { tensors, chunks } = await collectImportance(model, text, settings);
  const matrices = readGguf(sprout).tensors.filter(
    ({ name, shape }) => name.startsWith("blk.") && shape.length === 2,
  );
  expect([...tensors.keys()].sort()).toEqual(matrices.map(({ name }) => name).sort());
  for (const { name, shape } of matrices) expect(tensors.get(name)!.columns).toBe(shape[0]);
  expect(chunks).toBe(settings.chunks);
});

test("neither the threads nor what was computed before changes a bit", async () => {
  const [one, two] = [
    await collectImportance(model, text, settings),
    await collectImportance(model, text, { ...settings, threads: 2 }),
  ];
  for (const [name, { sums }] of one.tensors) expect(two.tensors.get(name)!.sums).toEqual(sums);
});

test("a text of less than two chunks is refused, with the size that would do", async () => {
  const short = collectImportance(model, text.slice(0, 400), { chunkSize: 512, threads: 1 });
  await expect(short).rejects.toThrow(/the text has \d+ tokens, and two chunks of 512 are the least/);
});
