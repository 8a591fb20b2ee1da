import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildPeers, type Peers } from "@quantlab/benchmark-tools";
import { repositoryRoot } from "@quantlab/core";
import { imatrixInOwnProcess, readImportanceMatrix } from "@quantlab/llama-capi";
import { calibrationText, resolveModel } from "@quantlab/model-store";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeExperts } from "./fixtures/experts.ts";
import { importanceDifference } from "./support/importance-difference.ts";

const program = "llama-imatrix";
const sprout = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");

let folder: string;
let peers: Peers;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-importance-"));
  peers = await buildPeers({ targets: [program], kind: "same-flags" });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Setting {
  readonly chunkSize: number;
  readonly chunks: number;
  readonly processOutput?: boolean;
}

/** Both sides' matrices of a model over the start of the calibration text, and how far they lie apart. */
async function compare(model: string, { chunkSize, chunks, processOutput = false }: Setting) {
  const [ours, theirs] = ["ours", "theirs"].map((side) => path.join(folder, `${side}-${Math.random()}.gguf`));
  const [text, threads] = [calibrationText, 1];
  await imatrixInOwnProcess({
    model,
    text,
    output: ours!,
    threads,
    chunkSize,
    chunks,
    processOutput,
    gpu: false,
  });
  const flags = ["-m", model, "-f", text, "-o", theirs!, "-t", "1", "-c", String(chunkSize)];
  const more = ["--chunks", String(chunks), "--no-ppl", ...(processOutput ? ["--process-output"] : [])];
  await execa(peers.binary(program), [...flags, ...more]);
  return { ours: readImportanceMatrix(ours!), difference: importanceDifference(ours!, theirs!) };
}

// Rounding is all that may differ; where a call's rows fill no tile of the attention's it shows.
const [rounding, agreed] = [1e-5, 1e-3];

test.each([
  ["whole chunks in a call", { chunkSize: 512, chunks: 8 }, rounding],
  ["a call that is not full, whose last tokens are left out", { chunkSize: 512, chunks: 3 }, rounding],
  ["chunks that fill no call", { chunkSize: 200, chunks: 13 }, agreed],
  ["one chunk in a call", { chunkSize: 1100, chunks: 2 }, rounding],
] as const)("the shipped model's matrix is llama-imatrix's: %s", async (_, setting, within) => {
  const { difference } = await compare(sprout, setting);
  expect(difference.tensors).toBe(42);
  expect(difference.largest).toBeLessThan(within);
});

test("the matrix of a model of real size agrees within 0.001", async () => {
  const { path: model } = await resolveModel("synthetic/qwen2.5-0.5b:F16");
  const { difference } = await compare(model, { chunkSize: 128, chunks: 4 });
  expect(difference.tensors).toBe(24 * 7);
  expect(difference.largest).toBeLessThan(agreed);
});

test("experts have each their own row, and the output is taken on request", async () => {
  const model = path.join(folder, "experts.gguf");
  await writeExperts(model);
  const { ours, difference } = await compare(model, { chunkSize: 128, chunks: 16, processOutput: true });
  expect(ours.entries.get("blk.0.ffn_down_exps.weight")).toHaveLength(4 * 96);
  expect(ours.entries.has("output.weight")).toBe(true);
  expect(difference.largest).toBeLessThan(agreed);
});
