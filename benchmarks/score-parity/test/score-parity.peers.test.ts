import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { shippedPeers } from "@quantlab/benchmark-tools";
import {
  type CommandOutput,
  fullTypes,
  ggufFileTypes,
  needsImportanceMatrix,
  repositoryRoot,
} from "@quantlab/core";
import { resolveModel } from "@quantlab/engines";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareStatistics } from "./support/agreement.ts";
import { importanceDifference } from "./support/importance-difference.ts";
import { labScore } from "./support/lab-score.ts";
import { parseDivergence, parsePerplexity } from "./support/llama-perplexity.ts";
import { readNoise } from "./support/logit-file.ts";
import { differingTensors } from "./support/same-tensors.ts";

const scored = ["F16", "Q8_0", "Q4_K_M", "Q2_K"];
const text = (name: string) => path.join(repositoryRoot, "models/sprout/text", name);
const chunks = ["-f", text("test.txt"), "-c", "512", "--chunks", "16", "-t", "2"];

let [scratch, peers, full, matrix] = ["", "", "", ""];
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), "quantlab-score-parity-"));
  peers = await shippedPeers({ targets: ["llama-perplexity", "llama-quantize", "llama-imatrix"] });
  full = (await resolveModel("sprout:F16")).path;
  matrix = path.join(scratch, "matrix.gguf");
  await peer("llama-imatrix", ["-m", full, "-f", text("calibration.txt"), "-o", matrix, "--chunks", "8"]);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

function peer(name: string, words: readonly string[]) {
  const env = { LD_LIBRARY_PATH: peers, DYLD_LIBRARY_PATH: peers, GGML_NO_BACKTRACE: "1" };
  return execa(path.join(peers, name), words, { env, all: true, reject: false });
}

/** What llama-perplexity tells: it prints from a thread that nobody waits for, so a run without its last lines is done again. */
async function told<T>(
  words: readonly string[],
  parse: (said: { stdout: string; all: string }) => T,
): Promise<T> {
  for (let left = 10; ; left--) {
    const { stdout, all } = await peer("llama-perplexity", words);
    try {
      return parse({ stdout, all });
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

async function lab(words: readonly string[]): Promise<CommandOutput> {
  const program = path.join(repositoryRoot, "packages/cli/bin/lab.js");
  const { stdout } = await execa(process.execPath, [program, ...words, "--json"], { reject: false });
  return JSON.parse(stdout) as CommandOutput;
}

async function scoreOf(words: readonly string[]) {
  const output = await lab(["perplexity", ...words]);
  if (!output.ok) throw new Error(output.error.message);
  return labScore(output.data);
}

// A published model, of somebody else's training and with another tokenizer, beside the shipped one.
test.each([...scored.map((type) => `sprout:${type}`), "smollm2-135m-instruct:Q4_1"])(
  "the perplexity of %s has the digits of llama-perplexity",
  async (reference) => {
    const { path: file } = await resolveModel(reference);
    const theirs = await told(["-m", file, ...chunks], ({ all }) => parsePerplexity(all));
    const ours = await scoreOf(["-m", file, ...chunks]);
    expect(ours.chunks).toBe(theirs.chunks);
    expect(ours.perplexity.toFixed(theirs.text.split(".")[1]!.length)).toBe(theirs.text);
  },
);

describe.each(scored)("on the shipped model in %s", (type) => {
  test("every statistic of divergence is llama-perplexity's within the noise of its file", async () => {
    const { path: file } = await resolveModel(`sprout:${type}`);
    const logits = path.join(scratch, "base.logits");
    await told(["-m", full, ...chunks, "--kl-divergence-base", logits], ({ all }) => parsePerplexity(all));
    const passed = ["-m", file, "-c", "512", "-t", "2", "--kl-divergence", "--kl-divergence-base", logits];
    const theirs = await told(passed, ({ stdout }) => parseDivergence(stdout));
    const ours = await scoreOf(["-m", file, ...chunks, "--reference", full]);
    const agreements = compareStatistics(ours.statistics, theirs, await readNoise(logits));
    expect(agreements.filter(({ agrees }) => !agrees)).toEqual([]);
  });
});

test("a text that spells out special tokens has the perplexity of llama-perplexity", async () => {
  const file = path.join(scratch, "turns.txt");
  const turns = Array.from(
    { length: 120 },
    (_, turn) => `<|im_start|>user\nTurn ${turn}, please.<|im_end|>\n`,
  );
  await writeFile(file, turns.join(""));
  const words = ["-m", full, "-f", file, "-c", "128", "-t", "2"];
  // One chunk a batch, as the lab has it: rounding differs with what is computed together.
  const theirs = await told([...words, "-b", "128"], ({ all }) => parsePerplexity(all));
  const ours = await scoreOf(words);
  expect(ours.chunks).toBe(theirs.chunks);
  // Of hundreds of thousands, in float32.
  expect(ours.perplexity / Number(theirs.text)).toBeCloseTo(1, 7);
});

/** "identical", "both refuse", or how the two files differ. */
async function quantized(type: string, guided: boolean): Promise<string> {
  const [ours, theirs] = [path.join(scratch, "ours.gguf"), path.join(scratch, "theirs.gguf")];
  const given = guided ? ["--imatrix", matrix] : [];
  const output = await lab(["quantize", full, "--to", type, "-o", ours, "-t", "2", ...given]);
  const { failed, all } = await peer("llama-quantize", [...given, full, theirs, type, "2"]);
  try {
    if (output.ok && !failed) return differingTensors(ours, theirs).join(", ") || "identical";
    // A full disk is no refusal: it must not pass for agreement.
    const refusals = [output.ok ? "" : output.error.message, failed ? all : ""];
    return refusals.every((said) => /importance matrix|imatrix/.test(said))
      ? "both refuse"
      : refusals.join(" / ");
  } finally {
    for (const file of [ours, `${ours}.json`, theirs]) await rm(file, { force: true });
  }
}

describe("a file", () => {
  test.each(ggufFileTypes)("of type %s is llama-quantize's byte for byte, or both refuse", async (type) => {
    expect(await quantized(type, false)).toBe(needsImportanceMatrix(type) ? "both refuse" : "identical");
    // Nothing is rounded by importance in full weights, and the lab says so.
    if (!fullTypes.includes(type)) expect(await quantized(type, true)).toBe("identical");
  });
});

test("an importance matrix is llama-imatrix's within a thousandth", async () => {
  const ours = path.join(scratch, "ours-matrix.gguf");
  await lab(["imatrix", "-m", full, "-f", text("calibration.txt"), "-o", ours, "--chunks", "8", "-t", "2"]);
  const { entries, largest } = importanceDifference(ours, matrix);
  expect(entries).toBeGreaterThan(1000);
  expect(largest).toBeLessThan(1e-3);
});
