import type { EngineInfo } from "./backend.ts";
import type { Json } from "./json.ts";
import type { ModelFile } from "./model.ts";
import type { Protocol } from "./plan.ts";
import type { Subject } from "./scenario.ts";

/** The version of the documents `Run` and `Result`. */
export const runVersion = 2;

/** Raw samples of one run: one uniquely named file in the experiment's `.runs/`, never overwritten. */
export interface Run {
  readonly schemaVersion: 2;
  readonly experiment: string;
  /** sha256 of canonical JSON: plan, subjects, model hashes, settled workloads, threads, engine and lab versions. */
  readonly digest: string;
  /** The models of its arms, each once, in their order: "sprout", "synthetic/qwen2.5-0.5b", "sprout+smollm2-135m". */
  readonly model: string;
  /** Quick looks and changed protocols are shown, never kept in `results/`. */
  readonly full: boolean;
  /** What the command line changed ("threads": 4); empty for the protocol as written. */
  readonly overrides: Readonly<Record<string, Json>>;
  readonly baseline: string;
  readonly reference: string | null;
  readonly protocol: Protocol;
  readonly host: Host;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly lab: LabVersion;
  /** Arms in the order of the plan, with what each one was. */
  readonly arms: readonly RunArm[];
  /** Blocks in the order in which they ran. */
  readonly blocks: readonly Block[];
}

export interface RunArm {
  readonly name: string;
  readonly subject: Subject;
  /** The arm that it is compared with. */
  readonly against: string;
  /** "Q4_K_M"; null where there is no model. */
  readonly quantization: string | null;
  /** As its blocks got them, by scenario. */
  readonly workloads: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

export interface LabVersion {
  readonly version: string;
  readonly commit: string | null;
  readonly modified: boolean;
}

/** Stable facts only: no load, temperature or time. `id` is a readable slug plus a short hash of the rest. */
export interface Host {
  readonly id: string;
  readonly cpu: string;
  /** "family 25 model 1 stepping 1": what its name leaves open; absent where the system does not tell, and from older documents. */
  readonly processorKind?: string;
  /** That may be kept busy: the machine's, unless the process is held to some of them or to a quota. */
  readonly cores: number;
  /** Of these, physical performance cores; absent where all are, and from older documents. */
  readonly performanceCores?: number;
  /** Of the machine. */
  readonly memoryBytes: number;
  /** What a container allows of them, by CPU quota and memory limit; absent where it allows all. */
  readonly limits?: { readonly cores?: number; readonly memoryBytes?: number };
  readonly os: string;
  readonly arch: string;
  readonly node: string;
  readonly accelerator: string | null;
}

/** One fresh process of one arm, doing one scenario's workload. */
export interface Block<Sample = unknown> {
  readonly arm: string;
  readonly scenario: string;
  readonly index: number;
  readonly status: "measured" | "skipped" | "failed";
  readonly reason: string | null;
  /** What must be known of a block that was measured. */
  readonly notes?: readonly string[];
  readonly model: ModelFile | null;
  readonly engine: EngineInfo | null;
  /** True for the first block of the run that read this model file. */
  readonly coldStart: boolean;
  readonly memory: BlockMemory | null;
  /** Wall time of the block that did not go into its workload: what the lab itself costs. */
  readonly overheadMs: number | null;
  readonly guards: BlockGuards;
  /** What the scenario measured; it fits the scenario's schema. Null unless measured. */
  readonly sample: Sample | null;
}

/** Process-tree memory sampled from outside, in bytes. */
export interface BlockMemory {
  readonly metric: "rss" | "pss" | "phys_footprint";
  readonly samples: readonly (readonly [atMs: number, bytes: number])[];
  /** Read at each phase's end, by the phase's name. */
  readonly marks: Readonly<Record<string, number>>;
  /** From the first phase's end to the last's: the system's own high-water mark where it tells one, or the largest sample. */
  readonly peak: number;
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
  /** By heat. */
  readonly throttled: boolean | null;
  /**
   * CPU time that a hypervisor gave to other machines, in percent of what this one asked for. Null where that is not
   * told, and absent, as the next two, from older runs.
   */
  readonly stolenCpuPercent?: number | null;
  /** How long a container's CPU quota kept cores waiting, all of them together, over `ofMs` of the block. */
  readonly quota?: { readonly throttledMs: number; readonly ofMs: number } | null;
  /** How long the block's processes, from their start on, were stopped by a signal, or frozen together with the lab. */
  readonly stoppedMs?: number | null;
}
