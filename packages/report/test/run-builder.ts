import type { Block, Experiment, GenerateTrace, Host, Run } from "@quantlab/core";
import {
  accuracy,
  bitsPerWeight,
  decodeTps,
  loadMs,
  modelBytes,
  peakRssBytes,
  perplexity,
  prefillTps,
  ttftMs,
} from "@quantlab/shared-metrics";

/** What one arm of a made-up run does. Spreads are in percent, different in every block. */
export interface ArmPlan {
  readonly backend?: string;
  readonly quantization: string;
  readonly tokensPerSecond: number;
  readonly memoryMiB: number;
  readonly fileMiB: number;
  /** Nats a token; leave out for arms that score no text. */
  readonly loss?: number;
  /** Share of items answered right. */
  readonly right?: number;
  readonly output?: string;
  readonly lost?: {
    readonly status: "skipped" | "failed";
    readonly reason: string;
    readonly blocks?: number;
  };
  /** Unsteadiness of the arm's speed, 1 unless said. */
  readonly spread?: number;
}

export const plans: Readonly<Record<string, ArmPlan>> = {
  q4: {
    quantization: "Q4_K_M",
    tokensPerSecond: 2480,
    memoryMiB: 96,
    fileMiB: 3.9,
    loss: 1.588,
    right: 0.62,
  },
  q5: {
    quantization: "Q5_K_M",
    tokensPerSecond: 2310,
    memoryMiB: 99,
    fileMiB: 4.5,
    loss: 1.582,
    right: 0.63,
  },
  "q4-session": {
    backend: "llamacpp-session",
    quantization: "Q4_K_M",
    tokensPerSecond: 1220,
    memoryMiB: 128,
    fileMiB: 3.9,
  },
  "q5-session": {
    backend: "llamacpp-session",
    quantization: "Q5_K_M",
    tokensPerSecond: 1160,
    memoryMiB: 130,
    fileMiB: 4.5,
  },
};

export const host: Host = {
  id: "test-cpu-2c-24g-linux-3f9a1c",
  cpu: "Test CPU @ 2.80GHz",
  cores: 2,
  memoryBytes: 24 * 2 ** 30,
  os: "Linux 6.1.0",
  arch: "x64",
  node: "24.21.0",
  accelerator: null,
};

export interface RunPlan {
  readonly arms?: Readonly<Record<string, ArmPlan>>;
  readonly blocks?: number;
  readonly synthetic?: boolean;
  readonly change?: Partial<Run>;
  /** What every block's guards say beside a quiet machine. */
  readonly guards?: Partial<Block["guards"]>;
}

/** A run as the runner would record it, from a few numbers. */
export function makeRun({ arms = plans, blocks = 6, synthetic = false, change, guards }: RunPlan = {}): Run {
  const names = Object.keys(arms);
  return {
    schemaVersion: 1,
    experiment: "exp3",
    digest: "d".repeat(64),
    model: "sprout",
    full: true,
    overrides: {},
    protocol: { warmups: 1, blocks, generations: 3, order: "interleaved", newTokens: 20, seed: 42 },
    prompt: {
      name: "inflation@1",
      text: "<|im_start|>user\nWhat is inflation?<|im_end|>\n<|im_start|>assistant\n",
      tokens: 13,
      idsSha256: "e".repeat(64),
    },
    host,
    startedAt: "2026-03-01T09:00:00.000Z",
    finishedAt: "2026-03-01T09:02:00.000Z",
    lab: { version: "0.1.0", commit: "0123456789abcdef0123456789abcdef01234567", modified: false },
    arms: names.map((name) => ({
      name,
      backend: arms[name]!.backend ?? "llamacpp-engine",
      options: { threads: 2 },
      quantization: arms[name]!.quantization,
    })),
    blocks: Array.from({ length: blocks }, (_, index) =>
      names.map((name, place) => makeBlock(name, arms[name]!, index, place, synthetic, guards)),
    ).flat(),
    ...change,
  };
}

function makeBlock(
  arm: string,
  plan: ArmPlan,
  index: number,
  place: number,
  synthetic: boolean,
  guards: RunPlan["guards"],
): Block {
  const lost = plan.lost && index < (plan.lost.blocks ?? Number.POSITIVE_INFINITY) ? plan.lost : null;
  const wobble = 1 + ((((index * 7 + place * 3) % 5) - 2) / 250) * (plan.spread ?? 1);
  const speed = plan.tokensPerSecond * wobble;
  const memory = plan.memoryMiB * 2 ** 20 * (1 + ((index * 3) % 4) / 400);
  const observes = index === 0 && !synthetic && plan.loss !== undefined;
  return {
    arm,
    index,
    status: lost ? lost.status : "measured",
    reason: lost?.reason ?? null,
    model: {
      ref: {
        id: synthetic ? "synthetic/qwen2.5-0.5b" : "sprout",
        form: "gguf",
        quantization: plan.quantization,
      },
      path: `models/${plan.quantization}.gguf`,
      sha256: "a".repeat(64),
      bytes: Math.round(plan.fileMiB * 2 ** 20),
      parameters: 5_200_000,
      bitsPerWeight: (plan.fileMiB * 2 ** 23) / 5_200_000,
      synthetic,
      provenance: [],
    },
    engine: lost
      ? null
      : {
          pid: 4000 + index,
          name: "llama.cpp",
          version: "v0.5.0",
          devices: ["CPU (Test CPU)"],
          threads: 2,
          contextSize: 512,
          kvCacheTypes: ["f16", "f16"],
          flashAttention: true,
          buffers: { CPU: Math.round(plan.fileMiB * 2 ** 20) },
        },
    coldStart: index === 0,
    loadMs: lost ? null : 30 / wobble,
    warmups: [],
    generations: lost ? [] : [0, 1, 2].map((number) => makeTrace(speed, number * 1000)),
    memory: lost
      ? null
      : {
          metric: "pss",
          samples: [],
          beforeLoad: memory * 0.5,
          afterLoad: memory * 0.8,
          afterGenerate: memory * 0.95,
          peak: memory,
          allocatorPeak: null,
        },
    cpu: lost ? null : { userMs: 1500, systemMs: 100, wallMs: 1000 },
    overheadMs: lost ? null : 40 + index,
    guards: {
      foreignCpuPercent: 1,
      freeMemoryBytes: 16 * 2 ** 30,
      swapDeltaBytes: 0,
      calibrationMs: [10, 10],
      copyBytesPerSecond: 10e9,
      onBattery: null,
      throttled: null,
      ...guards,
    },
    outputText: lost ? null : (plan.output ?? "Inflation is a rise in prices."),
    scores: observes && !lost ? makeScores(plan.loss!) : null,
    answers:
      observes && !lost
        ? [makeAnswers("facts", plan.right!, 200), makeAnswers("sums", plan.right! - 0.1, 200)]
        : null,
  };
}

function makeTrace(speed: number, startedAtMs: number): GenerateTrace {
  const promptDoneAtMs = startedAtMs + (13 / (speed * 4)) * 1000;
  const tokenAtMs = Array.from({ length: 20 }, (_, token) => promptDoneAtMs + (token * 1000) / speed);
  return { startedAtMs, promptDoneAtMs, promptTokens: 13, tokenAtMs, tokenIds: [], engineCounters: {} };
}

function makeScores(loss: number): NonNullable<Block["scores"]> {
  const chunks = Array.from({ length: 24 }, (_, chunk) => ({
    tokens: 255,
    negativeLogLikelihood: 255 * (loss + Math.sin(chunk) * 0.1 + Math.sin(chunk * 5 + loss * 900) * 0.003),
    divergence: null,
  }));
  return { text: "sprout-test@1", textSha256: "b".repeat(64), chunkSize: 512, chunks };
}

function makeAnswers(task: string, right: number, count: number): NonNullable<Block["answers"]>[number] {
  const items = Array.from({ length: count }, (_, item) => ({
    id: `${task}-${item}`,
    choices: 4,
    correct: (item * 37) % count < right * count,
    chosen: 0,
    logLikelihoods: [-1, -2, -3, -4],
    tokens: [2, 2, 2, 2],
    output: null,
  }));
  return { task, taskSha256: "c".repeat(64), kind: "multiple-choice", items };
}

/** The experiment of these runs; its arms are never run, so they need no engine. */
export const experiment = {
  id: "exp3",
  question: "What does Q5_K_M buy over Q4_K_M, and what does it cost per token?",
  arms: Object.fromEntries(Object.keys(plans).map((name) => [name, {}])),
  baseline: "q4",
  workload: { prompts: "inflation@1", newTokens: 20, seed: 42 },
  protocol: { warmups: 1, blocks: 6, order: "interleaved" },
  report: [
    decodeTps,
    prefillTps,
    ttftMs,
    loadMs,
    peakRssBytes,
    modelBytes,
    bitsPerWeight,
    perplexity,
    accuracy,
  ],
} as unknown as Experiment;

/** Two arms and three metrics, for tests that are about files: a bootstrap takes longer than everything else. */
export const smallPlans = { q4: plans.q4!, q5: plans.q5! };
export const smallExperiment: Experiment = {
  ...experiment,
  arms: { q4: experiment.arms.q4!, q5: experiment.arms.q5! },
  report: [decodeTps, peakRssBytes, modelBytes],
};
