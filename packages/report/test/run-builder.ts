import type { Block, Experiment, GenerateTrace, Host, NamedAnalysis, Run } from "@quantlab/core";
import type { CommandSample, GenerateSample, ScoreSample, Scores } from "@quantlab/scenarios";
import type { TaskAnswers } from "@quantlab/scoring";
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
  readonly baseline?: string;
  readonly change?: Partial<Run>;
  /** What every block's guards say beside a quiet machine. */
  readonly guards?: Partial<Block["guards"]>;
}

const generate = {
  prompt: "inflation@1",
  newTokens: 20,
  warmups: 1,
  generations: 3,
  promptText: "<|im_start|>user\nWhat is inflation?<|im_end|>\n<|im_start|>assistant\n",
  promptTokens: 13,
  promptIdsSha256: "e".repeat(64),
};

/** A run as the runner would record it, from a few numbers. */
export function makeRun(plan: RunPlan = {}): Run {
  const { arms = plans, blocks = 6, synthetic = false, change, guards } = plan;
  const names = Object.keys(arms);
  const { baseline = names[0]! } = plan;
  const made = (name: string, index: number) =>
    makeBlock(name, arms[name]!, index, names.indexOf(name), synthetic, guards);
  return {
    schemaVersion: 2,
    experiment: "exp3",
    digest: "d".repeat(64),
    model: "sprout",
    full: true,
    overrides: {},
    baseline,
    reference: null,
    protocol: { blocks, order: "interleaved", seed: 42 },
    host,
    startedAt: "2026-03-01T09:00:00.000Z",
    finishedAt: "2026-03-01T09:02:00.000Z",
    lab: { version: "0.1.0", commit: "0123456789abcdef0123456789abcdef01234567", modified: false },
    arms: names.map((name) => ({
      name,
      subject: {
        model: `sprout:${arms[name]!.quantization}`,
        engine: arms[name]!.backend ?? "llamacpp-engine",
        options: { threads: 2 },
      },
      against: baseline,
      quantization: arms[name]!.quantization,
      workloads: { generate },
    })),
    blocks: [
      ...Array.from({ length: blocks }, (_, index) => names.map((name) => made(name, index))).flat(),
      ...(synthetic ? [] : names.map((name) => scored(made(name, 0), arms[name]!))),
    ],
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
): Block<GenerateSample> {
  const lost = plan.lost && index < (plan.lost.blocks ?? Number.POSITIVE_INFINITY) ? plan.lost : null;
  const wobble = 1 + ((((index * 7 + place * 3) % 5) - 2) / 250) * (plan.spread ?? 1);
  const speed = plan.tokensPerSecond * wobble;
  const memory = plan.memoryMiB * 2 ** 20 * (1 + ((index * 3) % 4) / 400);
  return {
    arm,
    scenario: "generate",
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
    memory: lost
      ? null
      : {
          metric: "pss",
          samples: [],
          marks: { beforeLoad: memory * 0.5, afterLoad: memory * 0.8, afterGenerate: memory * 0.95 },
          peak: memory,
        },
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
    sample: lost
      ? null
      : {
          loadMs: 30 / wobble,
          warmups: [],
          generations: [0, 1, 2].map((number) => makeTrace(speed, number * 1000)),
          cpu: { userMs: 1500, systemMs: 100, wallMs: 1000 },
          allocatorPeakBytes: null,
          outputText: plan.output ?? "Inflation is a rise in prices.",
        },
  };
}

/** The arm's block that scores, from its first that generates; one that is lost in a few blocks is scored all the same. */
function scored(block: Block, { loss, right = 0, lost }: ArmPlan): Block<ScoreSample> {
  const gone = lost && lost.blocks === undefined;
  return {
    ...block,
    scenario: "score",
    status: gone ? lost.status : "measured",
    reason: gone ? lost.reason : null,
    sample: gone
      ? null
      : {
          loadMs: 30,
          scores: loss === undefined ? null : makeScores(loss),
          answers:
            loss === undefined
              ? null
              : [makeAnswers("facts", right, 200), makeAnswers("sums", right - 0.1, 200)],
        },
  };
}

/** A block of a program in place of one that generates. */
export function commandBlock(block: Block, arm: string, sample: CommandSample): Block<CommandSample> {
  return { ...block, arm, scenario: "command", engine: null, sample };
}

function makeTrace(speed: number, startedAtMs: number): GenerateTrace {
  const promptDoneAtMs = startedAtMs + (13 / (speed * 4)) * 1000;
  const tokenAtMs = Array.from({ length: 20 }, (_, token) => promptDoneAtMs + (token * 1000) / speed);
  return { startedAtMs, promptDoneAtMs, promptTokens: 13, tokenAtMs, tokenIds: [], engineCounters: {} };
}

function makeScores(loss: number): Scores {
  const chunks = Array.from({ length: 24 }, (_, chunk) => ({
    tokens: 255,
    bytes: 765,
    negativeLogLikelihood: 255 * (loss + Math.sin(chunk) * 0.1 + Math.sin(chunk * 5 + loss * 900) * 0.003),
    divergence: null,
  }));
  return { text: "sprout-test@1", textSha256: "b".repeat(64), chunkSize: 512, chunks };
}

function makeAnswers(task: string, right: number, count: number): TaskAnswers {
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
  arms: Object.fromEntries(Object.keys(plans).map((name) => [name, { model: "sprout:Q4_K_M" }])),
  baseline: "q4",
  workloads: [{ scenario: "generate", workload: generate }],
  protocol: { blocks: 6, order: "interleaved", seed: 42 },
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
  analyses: [{ analysis: "pareto", name: "quality", cost: "decodeTps", loss: "perplexity" }],
} as unknown as Experiment & { readonly analyses: readonly NamedAnalysis[] };

/** Two arms and three metrics, for tests that are about files: a bootstrap takes longer than everything else. */
export const smallPlans = { q4: plans.q4!, q5: plans.q5! };
export const smallExperiment: Experiment = {
  ...experiment,
  arms: { q4: experiment.arms.q4!, q5: experiment.arms.q5! },
  report: [decodeTps, peakRssBytes, modelBytes],
  analyses: [],
};
