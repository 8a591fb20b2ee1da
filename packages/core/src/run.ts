import type { EngineInfo, GenerateTrace } from "./backend.ts";
import type { Json } from "./json.ts";
import type { ModelFile } from "./model.ts";

export type ExperimentId = `exp${number}`;

/** Raw samples of one run: one uniquely named file in the experiment's `.runs/`, never overwritten. */
export interface Run {
  readonly schemaVersion: 1;
  readonly experiment: ExperimentId;
  /** sha256 of canonical JSON: definition, backend options, model hashes, prompt ids, protocol, engine and lab versions. */
  readonly digest: string;
  /** The model id that every arm quantizes: "sprout", "synthetic/qwen2.5-0.5b". */
  readonly model: string;
  /** Quick looks and changed protocols are shown, never kept in `results/`. */
  readonly full: boolean;
  /** What the command line changed ("threads": 4); empty for the protocol as written. */
  readonly overrides: Readonly<Record<string, Json>>;
  readonly protocol: {
    readonly warmups: number;
    readonly blocks: number;
    readonly generations: number;
    readonly order: string;
    readonly newTokens: number;
    readonly seed: number;
    /** Scored chunks of the text and asked items of each task, where that is not all. */
    readonly chunks?: number;
    readonly items?: number;
  };
  readonly prompt: {
    readonly name: string;
    readonly text: string;
    readonly tokens: number;
    readonly idsSha256: string;
  };
  readonly host: Host;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly lab: {
    readonly version: string;
    readonly commit: string | null;
    readonly modified: boolean;
  };
  /** Arms in the order of the definition, with what each one was. */
  readonly arms: readonly RunArm[];
  /** Blocks in the order in which they ran. */
  readonly blocks: readonly Block[];
}

export interface RunArm {
  readonly name: string;
  readonly backend: string;
  readonly options: Readonly<Record<string, Json>>;
  readonly quantization: string;
}

/** Stable facts only: no load, temperature or time. `id` is a readable slug plus a short hash of the rest. */
export interface Host {
  readonly id: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly arch: string;
  readonly node: string;
  readonly accelerator: string | null;
}

/** One fresh process of one arm. */
export interface Block {
  readonly arm: string;
  readonly index: number;
  readonly status: "measured" | "skipped" | "failed";
  readonly reason: string | null;
  /** What must be known of a block that was measured. */
  readonly notes?: readonly string[];
  /** What the arm's time budget left of the protocol; absent when all of it. */
  readonly cutTo?: {
    readonly generations: number;
    readonly newTokens: number;
    readonly plannedTokens: number;
  };
  readonly model: ModelFile | null;
  readonly engine: EngineInfo | null;
  /** True for the first block of the run that read this model file. */
  readonly coldStart: boolean;
  readonly loadMs: number | null;
  readonly warmups: readonly GenerateTrace[];
  readonly generations: readonly GenerateTrace[];
  readonly memory: BlockMemory | null;
  readonly cpu: {
    readonly userMs: number;
    readonly systemMs: number;
    readonly wallMs: number;
  } | null;
  /** Wall time of the block that is neither load, prompt, generation nor scoring: what the lab itself costs. */
  readonly overheadMs: number | null;
  readonly guards: BlockGuards;
  readonly outputText: string | null;
  readonly scores: TextScores | null;
  readonly answers: readonly TaskAnswers[] | null;
}

/** Process-tree memory sampled from outside, in bytes. The four marks are taken at the phase's end. */
export interface BlockMemory {
  readonly metric: "rss" | "pss" | "phys_footprint";
  readonly samples: readonly (readonly [atMs: number, bytes: number])[];
  readonly beforeLoad: number;
  readonly afterLoad: number;
  readonly afterGenerate: number;
  readonly peak: number;
  readonly allocatorPeak: number | null;
}

export interface BlockGuards {
  /** CPU time taken by other processes during the block, in percent of all cores. Null where the host does not tell. */
  readonly foreignCpuPercent: number | null;
  readonly freeMemoryBytes: number;
  readonly swapDeltaBytes: number | null;
  /** Time of the fixed kernel just before and just after the block. */
  readonly calibrationMs: readonly [before: number, after: number];
  /** Measured copy speed of the host's memory just before the block, in bytes per second. */
  readonly copyBytesPerSecond: number | null;
  readonly onBattery: boolean | null;
  readonly throttled: boolean | null;
}

/** Log-likelihood of a text, raw enough to bootstrap by chunk: llama.cpp's perplexity protocol. */
export interface TextScores {
  readonly text: string;
  readonly textSha256: string;
  readonly chunkSize: number;
  /** The arm that the divergences are from; absent where none was wanted. */
  readonly reference?: string;
  readonly chunks: readonly ChunkScore[];
}

export interface ChunkScore {
  /** Scored tokens of the chunk (its second half). */
  readonly tokens: number;
  /** UTF-8 bytes of the scored tokens' text; absent in runs from before they were counted. */
  readonly bytes?: number;
  /** Sum over the scored tokens, in nats. */
  readonly negativeLogLikelihood: number;
  readonly divergence: ChunkDivergence | null;
}

/** How the next-token distributions of a chunk differ from the reference's, over the full vocabulary. */
export interface ChunkDivergence {
  /** KL(reference ‖ arm) of each scored token, in nats, to 6 significant digits. */
  readonly kld: readonly number[];
  /** Scored tokens for which both hold the same token likeliest. */
  readonly sameTop: number;
  /** Sum of (p − p of the reference)² over the scored tokens; p is what was given to the token that came. */
  readonly squaredDeltaP: number;
}

/** What a model did on one task, item by item. */
export interface TaskAnswers {
  readonly task: string;
  readonly taskSha256: string;
  readonly kind: "multiple-choice" | "generation";
  readonly items: readonly {
    readonly id: string;
    /** Number of choices; 1 for generation. */
    readonly choices: number;
    readonly correct: boolean;
    /** Index of the choice taken, by length-normalized log-likelihood; null for generation. */
    readonly chosen: number | null;
    /** Summed log-likelihood of each choice, in nats. */
    readonly logLikelihoods: readonly number[];
    /** Tokens of each choice. */
    readonly tokens: readonly number[];
    readonly output: string | null;
  }[];
}
