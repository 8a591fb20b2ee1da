import type { Block, DeviceMemory, GenerateTrace, ModelFile, Run } from "@quantlab/core";
import type { CommandSample, GenerateSample, ScoreSample, Scores } from "@quantlab/scenarios";
import type { TaskAnswers } from "@quantlab/scoring";

export const model: ModelFile = {
  ref: { id: "sprout", form: "gguf", quantization: "F16" },
  path: "models/sprout/sprout-F16.gguf",
  sha256: "00",
  bytes: 10_000_000,
  parameters: 5_000_000,
  bitsPerWeight: 16,
  synthetic: false,
  provenance: [],
};

export const calm: Block["guards"] = {
  foreignCpuPercent: 1,
  freeMemoryBytes: 8 * 2 ** 30,
  swapDeltaBytes: 0,
  calibrationMs: [100, 101],
  copyBytesPerSecond: 5e9,
  onBattery: false,
  throttled: false,
};

type Fields<Sample> = Partial<Omit<Block, "sample">> & Partial<Sample>;

/** A measured block that generated; say only what the test is about, of the block and of its sample. */
export function block(fields: Fields<GenerateSample> = {}): Block<GenerateSample> {
  const sample: GenerateSample = {
    loadMs: 20,
    warmups: [],
    generations: [trace()],
    cpu: null,
    allocatorPeakBytes: null,
    outputText: "",
  };
  return blockOf("generate", sample, fields);
}

/** A measured block that scored. */
export function scoreBlock(fields: Fields<ScoreSample> = {}): Block<ScoreSample> {
  return blockOf<ScoreSample>("score", { loadMs: 20, scores: null, answers: null }, fields);
}

/** A block of a program that printed `figures`. */
export function program(
  figures: CommandSample["figures"],
  fields: Fields<CommandSample> = {},
): Block<CommandSample> {
  return blockOf<CommandSample>("command", { wallMs: 900, refused: false, figures }, fields);
}

function blockOf<Sample extends object>(
  scenario: string,
  sample: Sample,
  fields: Fields<Sample>,
): Block<Sample> {
  const own = Object.entries(fields).filter(
    ([name]) => name in sample || ["cutTo", "unanswered", "device"].includes(name),
  );
  return {
    arm: "q4",
    scenario,
    index: 0,
    status: "measured",
    reason: null,
    model,
    engine: null,
    coldStart: false,
    memory: null,
    overheadMs: 100,
    guards: calm,
    ...Object.fromEntries(Object.entries(fields).filter((field) => !own.some(([name]) => name === field[0]))),
    sample: { ...sample, ...Object.fromEntries(own) },
  };
}

/** What a block says of the device that it computed on: a card, unless said. */
export function device(
  memory: Partial<DeviceMemory> = {},
  milliseconds: readonly [number, number] = [0.1, 0.1],
): NonNullable<GenerateSample["device"]> {
  const taken = { beforeLoad: 0, afterLoad: 60, now: 70, peak: 80, buffers: 60 };
  return {
    memory: { counted: "driver", inProcess: false, ...taken, ...memory },
    calibration: { device: "CUDA0 (a card)", milliseconds },
  };
}

/** A generation that starts at 1000 ms; `tokens` are milliseconds after the request. */
export function trace(
  tokens: readonly number[] = [50, 60, 70],
  promptDoneMs: number | null = 40,
): GenerateTrace {
  return {
    startedAtMs: 1000,
    promptDoneAtMs: promptDoneMs === null ? null : 1000 + promptDoneMs,
    promptTokens: 20,
    tokenAtMs: tokens.map((after) => 1000 + after),
    tokenIds: tokens.map((_, index) => index),
    engineCounters: {},
  };
}

/** A generation that decodes at `rate` tokens per second. */
export function traceAt(rate: number): GenerateTrace {
  return trace([50, 50 + 1000 / rate]);
}

/** One block for each decode speed in tokens per second. */
export function decodeBlocks(rates: readonly number[]): Block[] {
  return rates.map((rate, index) => block({ index, generations: [traceAt(rate)] }));
}

export function scores(negativeLogLikelihoods: readonly number[], tokens = 255): Scores {
  return {
    text: "sprout-test@1",
    textSha256: "aa",
    chunkSize: 512,
    chunks: negativeLogLikelihoods.map((negativeLogLikelihood) => ({
      tokens,
      bytes: 3 * tokens,
      negativeLogLikelihood,
      divergence: null,
    })),
  };
}

export function choices(task: string, correct: readonly boolean[], offered = 4): TaskAnswers {
  return {
    task,
    taskSha256: `sha-${task}`,
    kind: "multiple-choice",
    items: correct.map((right, index) => ({
      id: `${task}-${index}`,
      choices: offered,
      correct: right,
      chosen: 0,
      logLikelihoods: [],
      tokens: [],
      output: null,
    })),
  };
}

export function run(blocks: readonly Block[], baseline = "q4"): Run {
  return {
    schemaVersion: 2,
    experiment: "exp3",
    digest: "d",
    model: "sprout",
    full: true,
    overrides: {},
    baseline,
    reference: null,
    protocol: { blocks: 2, order: "interleaved", seed: 42 },
    host: {
      id: "host",
      cpu: "cpu",
      cores: 2,
      memoryBytes: 2 ** 34,
      os: "Linux 6",
      arch: "x64",
      node: "24",
      accelerator: null,
    },
    startedAt: "2026-01-01T00:00:00Z",
    finishedAt: "2026-01-01T00:01:00Z",
    lab: { version: "0.1.0", commit: null, modified: false },
    arms: [...new Set(blocks.map(({ arm }) => arm))].map((name) => ({
      name,
      subject: { program: "test" },
      against: baseline,
      quantization: null,
      workloads: {},
    })),
    blocks,
  };
}
