import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Context, Model, ParallelBatch, type Part, quantizeFile } from "../src/index.ts";
import { small, sprout } from "./sprout.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-parallel-"));
});
afterAll(() => rm(folder, { recursive: true }));

const texts = [
  "The mayor of Ravensby bought three apples, and the baker asked for two more.",
  "What is inflation? Prices rise when there is more money than there are things to buy.",
  "Once upon a time a dog lived beside the sea",
  "3 + 4 = 7 and 12 + 7 = 19, so",
];

/** What is left of a sequence after it was read in pieces beside others: a row of logits for each of its last tokens. */
function together(model: Model, sequences: readonly Int32Array[], steps: number): Float32Array[][] {
  const settings = {
    contextSize: 1024,
    sequences: sequences.length,
    outputsMax: sequences.length,
  };
  using context = new Context(model, { ...small, ...settings });
  using batch = new ParallelBatch(context);
  const rows: Float32Array[][] = sequences.map(() => []);
  const done = sequences.map(() => 0);
  // Pieces of different lengths, so that a batch holds prompts and single tokens at once.
  while (sequences.some((ids, index) => done[index]! < ids.length)) {
    const parts: Part[] = [];
    for (const [sequence, ids] of sequences.entries()) {
      const position = done[sequence]!;
      const prompt = ids.length - steps;
      const end = position < prompt ? Math.min(prompt, position + 3 + 2 * sequence) : position + 1;
      if (position < ids.length)
        parts.push({ sequence, position, ids: ids.subarray(position, end), logits: "last" });
    }
    batch.decode(parts);
    context.synchronize();
    let row = -1;
    for (const { sequence, position, ids } of parts) {
      row += ids.length;
      done[sequence] = position + ids.length;
      if (done[sequence]! >= sequences[sequence]!.length - steps)
        rows[sequence]!.push(context.logits(row).slice());
    }
  }
  return rows;
}

/** The same of a sequence that has the context for itself, its prompt read in pieces of a length. */
function alone(model: Model, ids: Int32Array, steps: number, piece = ids.length): Float32Array[] {
  using context = new Context(model, small);
  const prompt = ids.subarray(0, ids.length - steps);
  for (let from = 0; from < prompt.length; from += piece) context.decode(prompt.subarray(from, from + piece));
  const rows = [context.logits(-1).slice()];
  for (const id of ids.subarray(ids.length - steps)) {
    context.decodeOne(id);
    rows.push(context.logits(-1).slice());
  }
  return rows;
}

// A batch of another shape multiplies its rows in another order, which rounds otherwise: kernels sum in float32, and of a quantized
// model they round what they multiply with to eight bits first. One sequence alone shows as much, read at once or in pieces.
test.each(["F16", "Q4_K_M"] as const)(
  "sequences computed together give the logits of each alone, %s",
  (type) => {
    const output = path.join(folder, `${type}.gguf`);
    if (type !== "F16") quantizeFile({ input: sprout, output, type, threads: 1 });
    using model = Model.load(type === "F16" ? sprout : output, { gpu: false });
    const steps = 6;
    const sequences = texts.map((text) => model.tokenize(text, { bos: true, special: false }));
    const expected = sequences.map((ids) => alone(model, ids, steps));
    const gapTo = (found: readonly Float32Array[][]) =>
      Math.max(
        ...expected.flatMap((rows, index) => rows.map((row, step) => largestGap(row, found[index]![step]!))),
      );
    const gap = gapTo(together(model, sequences, steps));
    const inPieces = gapTo(sequences.map((ids) => alone(model, ids, steps, 3)));
    console.info(
      `${type}: largest gap of logits ${gap.toFixed(4)}, of one sequence in pieces ${inPieces.toFixed(4)}`,
    );
    expect(gap).toBeLessThan(type === "F16" ? 0.02 : 0.5);
    expect(gap).toBeLessThan(2 * inPieces + 0.005);
  },
);

function largestGap(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, id) => Math.max(most, Math.abs(value - other[id]!)), 0);
}
