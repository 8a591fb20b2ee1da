import type { Block, GenerateTrace, ModelFile, Run, TaskAnswers, TextScores } from "@quantlab/core";

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

/** A measured block; say only what the test is about. */
export function block(fields: Partial<Block> = {}): Block {
  return {
    arm: "q4",
    index: 0,
    status: "measured",
    reason: null,
    model,
    engine: null,
    coldStart: false,
    loadMs: 20,
    warmups: [],
    generations: [trace()],
    memory: null,
    cpu: null,
    overheadMs: 100,
    guards: calm,
    outputText: null,
    scores: null,
    answers: null,
    ...fields,
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
export function decodeBlocks(rates: readonly number[], fields: Partial<Block> = {}): Block[] {
  return rates.map((rate, index) => block({ index, generations: [traceAt(rate)], ...fields }));
}

export function scores(negativeLogLikelihoods: readonly number[], tokens = 255): TextScores {
  return {
    text: "sprout-test@1",
    textSha256: "aa",
    chunkSize: 512,
    chunks: negativeLogLikelihoods.map((negativeLogLikelihood) => ({
      tokens,
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

export function run(blocks: readonly Block[]): Run {
  return {
    schemaVersion: 1,
    experiment: "exp3",
    digest: "d",
    model: "sprout",
    full: true,
    overrides: {},
    protocol: { warmups: 1, blocks: 2, generations: 3, order: "interleaved", newTokens: 80, seed: 42 },
    prompt: { name: "inflation@1", text: "What is inflation?", tokens: 20, idsSha256: "i" },
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
    arms: [],
    blocks,
  };
}
