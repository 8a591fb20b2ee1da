import { defaultThreads, type Engine, type EngineInfo, type Host, type Json } from "@quantlab/core";
import { valueText } from "../frame/tuned.ts";
import type { TuneOptions } from "./options.ts";
import type { Point } from "./points.ts";
import type { Candidate, Coordinate, Options } from "./search.ts";

/** What decides which candidates there are. */
export interface Circumstances {
  readonly engine: Engine;
  readonly host: Host;
  /** What the engine's own settings came to. */
  readonly info: EngineInfo;
  readonly points: readonly Point[];
  readonly typed: TuneOptions;
  /** Whether a library is compiled for this machine. */
  readonly native: boolean;
}

/** Every setting that this engine has and that can matter here. What was typed takes the place of the usual candidates. */
export function spaceOf(circumstances: Circumstances): Coordinate[] {
  const { engine, host, info, points, typed, native } = circumstances;
  const longest = Math.max(...points.map(({ prompt }) => prompt));
  const onGpu = info.devices.some((device) => !/^cpu\b/i.test(device));
  const counts = typed.threads ?? threadCounts(host);
  const threadsOf = (best: Options) => (best.threads as number | undefined) ?? info.threads!;
  const promptThreads = (best: Options) => (best.batchThreads as number | undefined) ?? threadsOf(best);
  const own = "microBatchSize" in engine.options ? { batch: 2048, micro: 512 } : { batch: 512, micro: 512 };
  const all: Coordinate[] = [
    {
      setting: "library",
      candidates: () => choices("library", native ? ["native"] : []),
    },
    {
      setting: "threads",
      // The prompt's threads stay: they are a setting of their own.
      candidates: (best) =>
        choices("threads", other(counts, threadsOf(best))).map(({ label, options }) => ({
          label,
          options: {
            ...options,
            ...("batchThreads" in engine.options && { batchThreads: promptThreads(best) }),
          },
        })),
    },
    {
      setting: "batchThreads",
      candidates: (best) => choices("batchThreads", other(counts, promptThreads(best))),
    },
    {
      setting: "batchSize",
      candidates: (best) =>
        sizes("batchSize", typed.batchSize ?? [128, 256, 512, 1024, 4096], best, own.batch, longest),
    },
    {
      setting: "microBatchSize",
      candidates: (best) =>
        sizes("microBatchSize", typed.ubatchSize ?? [128, 256, 1024], best, own.micro, longest),
    },
    {
      setting: "flashAttention",
      candidates: () =>
        choices("flashAttention", typed.flashAttn ?? (info.flashAttention ? ["off"] : ["on"])),
    },
    { setting: "mmap", candidates: () => choices("mmap", typed.mmap ?? [false]) },
    {
      setting: "gpuLayers",
      candidates: () => choices("gpuLayers", typed.nGpuLayers ?? (onGpu ? [0] : [])),
    },
    {
      // Of all settings the one that changes what a model says: only by leave.
      setting: "kvCacheTypes",
      candidates: () =>
        choices(
          "kvCacheTypes",
          (typed.allowKv ?? []).map((type) => [type, type]),
        ),
    },
  ];
  return all.filter(({ setting }) => setting in engine.options);
}

/**
 * Numbers of threads worth trying: one a physical performance core and fewer, and all that the machine has, hyperthreads and
 * efficiency cores among them.
 */
export function threadCounts(host: Host): number[] {
  const performance = defaultThreads(host);
  const all = Math.max(1, Math.floor(Math.min(host.cores, host.limits?.cores ?? host.cores)));
  const fewer = [performance - 1, Math.ceil(performance / 2), Math.ceil(performance / 4)];
  return [...new Set([performance, ...fewer, all])].filter((count) => count >= 1);
}

const other = (counts: readonly number[], present: number) => counts.filter((count) => count !== present);

function choices(option: string, values: readonly Json[]): Candidate[] {
  return values.map((value) => ({ label: valueText(value), options: { [option]: value } }));
}

/** Of sizes only those that cut the longest prompt into other pieces than the present one. */
function sizes(
  option: string,
  values: readonly number[],
  best: Options,
  usual: number,
  longest: number,
): Candidate[] {
  const pieces = (size: number) => Math.min(size, longest);
  const present = (best[option] as number | undefined) ?? usual;
  return choices(
    option,
    values.filter((size) => pieces(size) !== pieces(present)),
  );
}
