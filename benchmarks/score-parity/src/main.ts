import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { buildPeers, overShippedLibrary } from "@quantlab/benchmark-tools";
import { detectHost, labFolder, type ModelFile, repositoryRoot } from "@quantlab/core";
import { llamaVersion } from "@quantlab/llama-capi";
import { model } from "@quantlab/model-store";
import { withMachineLock } from "@quantlab/runner";
import { runProgram, wholeNumber } from "@quantlab/terminal";
import { Command } from "commander";
import { contestsOf } from "./contests.ts";
import { keepResult } from "./keep-result.ts";
import { measure } from "./measure.ts";
import { peer } from "./peer.ts";
import { planOf, quantizedOnly } from "./plan.ts";
import { tablesOf } from "./readme-table.ts";
import type { ScoreParityResult } from "./result.ts";
import { chunkTokens, type Files, type ScoredType, type Setting } from "./setting.ts";

const fewestKeptRounds = 3;
const defaults = { models: ["synthetic/qwen2.5-0.5b", quantizedOnly, "sprout"], rounds: 4, seed: 1 };

const program = new Command("score-parity")
  .description(
    "Scores, quantizations and importance matrices against llama.cpp's own tools, in one interleaved run",
  )
  .option("--rounds <count>", "blocks a side and contest", wholeNumber("--rounds", 1), defaults.rounds)
  .option("--model <ids...>", "a model of the catalogue, one after another", defaults.models)
  .option("--threads <count>", "on both sides", wholeNumber("--threads", 1), availableParallelism())
  .option("--seed <number>", "of the order within the rounds", wholeNumber("--seed", 1), defaults.seed)
  .option("--quick", "a first look: 2 rounds of a short text and three types");

interface Options {
  readonly rounds: number;
  readonly model: readonly string[];
  readonly threads: number;
  readonly seed: number;
  readonly quick?: true;
}

const say = (line: string) => console.error(line);
const texts = { test: "models/sprout/text/test.txt", calibration: "models/sprout/text/calibration.txt" };

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const targets = ["llama-perplexity", "llama-quantize", "llama-imatrix"];
  const built = await buildPeers({ targets, kind: "same-flags", signal });
  const files = new Map<string, Files<ModelFile>>();
  for (const id of options.model) {
    const { scored } = planOf(id, options.quick ?? false);
    files.set(id, await filesOf(id, scored, signal));
  }
  await mkdir(labFolder, { recursive: true });
  const scratch = await mkdtemp(path.join(labFolder, "score-parity-"));
  try {
    const peers = await overShippedLibrary(built, targets, path.join(scratch, "peers"));
    await withMachineLock("score-parity", signal, async () => {
      for (const [id, of] of files) await runModel(id, { peers, files: of, scratch, signal }, options);
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function filesOf(
  id: string,
  scored: readonly ScoredType[],
  signal: AbortSignal,
): Promise<Files<ModelFile>> {
  const files: Partial<Record<ScoredType, ModelFile>> = {};
  for (const type of scored) files[type] = await model(id, type).resolve({ signal });
  return { ...files, F16: files.F16 ?? (await model(id, "F16").resolve({ signal })) };
}

async function runModel(
  id: string,
  given: Pick<Setting, "peers" | "files" | "scratch" | "signal">,
  { threads, seed, ...options }: Options,
): Promise<void> {
  const { signal, files, scratch } = given;
  const rounds = options.quick ? 2 : options.rounds;
  const plan = planOf(id, options.quick ?? false);
  const cut = (text: string) => head(path.join(repositoryRoot, text), plan.textBytes, scratch);
  const [text, calibration] = [await cut(texts.test), await cut(texts.calibration)];
  const setting: Setting = { ...given, text, calibration, threads };
  const matrix = plan.importance ? path.join(scratch, "importance.gguf") : null;
  if (matrix !== null) {
    const flags = ["-m", files.F16.path, "-f", calibration, "-c", String(chunkTokens), "-o", matrix];
    await peer(setting, "llama-imatrix", [...flags, "-t", String(threads)]);
  }

  const startedAt = new Date().toISOString();
  const contests = contestsOf(setting, plan, matrix);
  const onProgress = (line: string) => say(`${id}  ${line}`);
  const samples = await measure(contests.all, { rounds, seed, signal, onProgress });
  const result: ScoreParityResult = {
    schemaVersion: 1,
    host: detectHost(),
    startedAt,
    finishedAt: new Date().toISOString(),
    llamaCpp: llamaVersion,
    model: id,
    files: mapFiles(files),
    threads,
    rounds,
    seed,
    ...(await contests.findings()),
    samples,
  };
  console.log(`\n${id}\n\n${tablesOf(result)}\n`);
  const full = !options.quick && rounds >= fewestKeptRounds && defaults.models.includes(id);
  if (full) await keepResult(result);
  else say("a shortened or changed run: shown, not kept");
}

/** The text, or a file with its first bytes. */
async function head(text: string, bytes: number | null, scratch: string): Promise<string> {
  if (bytes === null) return text;
  const short = path.join(scratch, `${bytes}-${path.basename(text)}`);
  await writeFile(short, (await readFile(text)).subarray(0, bytes));
  return short;
}

function mapFiles(files: Setting["files"]): ScoreParityResult["files"] {
  const entries = Object.entries(files).map(
    ([type, { sha256, bytes }]) => [type, { sha256, bytes }] as const,
  );
  return Object.fromEntries(entries) as ScoreParityResult["files"];
}

await runProgram((signal) => run(program.parse().opts<Options>(), signal));
