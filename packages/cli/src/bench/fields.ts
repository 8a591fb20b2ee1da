import { type EngineInfo, isModelSubject, type Json, type Metric, toPublicPath } from "@quantlab/core";
import { llamaCommit, llamaVersion } from "@quantlab/llama-capi";
import { bandwidthUtilization, peakMemory } from "@quantlab/shared-metrics";
import { deviation, mean } from "d3-array";
import type { BenchTest } from "./combinations.ts";
import type { BenchRow } from "./rows.ts";

/** A column of every output for programs, named and read once. */
export interface Field {
  readonly name: string;
  readonly type: "TEXT" | "INTEGER" | "REAL" | "BOOLEAN";
  readonly value: (row: BenchRow) => string | number | boolean | null;
}

const field = (name: string, type: Field["type"], value: Field["value"]): Field => ({ name, type, value });

/**
 * llama-bench's fields in its order. What the lab does not set has llama-bench's default; what an engine does not have is
 * null. A sample is a process: the median of its repetitions.
 */
export const llamaBenchFields: readonly Field[] = [
  field("build_commit", "TEXT", ({ engine: { version } }) => commitOf(version)),
  field("build_number", "INTEGER", () => null),
  field("cpu_info", "TEXT", ({ host }) => host.cpu),
  field("gpu_info", "TEXT", ({ engine }) => gpusOf(engine).map(descriptionOf).join(", ")),
  field("backends", "TEXT", ({ engine }) => backendsOf(engine)),
  field("model_filename", "TEXT", ({ arm, model }) =>
    model ? toPublicPath(model.path) : arm.combination.model,
  ),
  field("model_type", "TEXT", ({ model }) => model && `${model.ref.id} ${model.ref.quantization}`),
  field(
    "model_size",
    "INTEGER",
    ({ model }) => model && Math.round((model.parameters * model.bitsPerWeight) / 8),
  ),
  field("model_n_params", "INTEGER", ({ model }) => model?.parameters ?? null),
  field("n_batch", "INTEGER", (row) => number(chosen(row, "batchSize")) ?? usualSize(row, 2048)),
  field("n_ubatch", "INTEGER", (row) => number(chosen(row, "microBatchSize")) ?? usualSize(row, 512)),
  field("n_threads", "INTEGER", ({ engine }) => engine.threads ?? null),
  field("cpu_mask", "TEXT", () => "0x0"),
  field("cpu_strict", "BOOLEAN", () => false),
  field("poll", "INTEGER", () => 50),
  field("type_k", "TEXT", ({ engine }) => engine.kvCacheTypes?.[0] ?? null),
  field("type_v", "TEXT", ({ engine }) => engine.kvCacheTypes?.[1] ?? null),
  field("n_gpu_layers", "INTEGER", (row) => number(chosen(row, "gpuLayers")) ?? -1),
  field("n_cpu_moe", "INTEGER", () => 0),
  field("split_mode", "TEXT", () => "layer"),
  field("main_gpu", "INTEGER", () => 0),
  field("no_kv_offload", "BOOLEAN", () => false),
  field("flash_attn", "INTEGER", (row) => ({ on: 1, off: 0 })[String(chosen(row, "flashAttention"))] ?? -1),
  field("devices", "TEXT", () => "auto"),
  field("tensor_split", "TEXT", () => "0.00"),
  field("tensor_buft_overrides", "TEXT", () => "none"),
  field("load_mode", "TEXT", (row) => loadModeOf(chosen(row, "mmap"))),
  field("lazy_mode", "TEXT", () => "auto"),
  field("embeddings", "BOOLEAN", () => false),
  field("no_op_offload", "INTEGER", () => 0),
  field("no_host", "BOOLEAN", () => false),
  field("fit_target", "INTEGER", () => 0),
  field("fit_min_ctx", "INTEGER", () => 0),
  field("n_prompt", "INTEGER", ({ promptTokens }) => promptTokens),
  field("n_gen", "INTEGER", ({ arm }) => arm.combination.test.generated),
  field("n_depth", "INTEGER", ({ arm }) => arm.combination.test.depth),
  field("test_time", "TEXT", ({ startedAt }) => startedAt.replace(/\.\d+Z$/, "Z")),
  field("avg_ns", "INTEGER", (row) => Math.round(mean(samplesNs(row))!)),
  field("stddev_ns", "INTEGER", (row) => Math.round(deviation(samplesNs(row)) ?? 0)),
  field("avg_ts", "REAL", ({ speed }) => mean(speed.values)!),
  field("stddev_ts", "REAL", ({ speed }) => deviation(speed.values) ?? 0),
];

/** What the lab knows beside that. Speeds are in tokens per second, intervals of 95%. */
export const labFields: readonly Field[] = [
  field("arm", "TEXT", ({ arm }) => arm.planned.name),
  field("prompt", "TEXT", ({ arm }) => promptName(arm.combination.test.prompt)),
  field("engine", "TEXT", ({ arm }) => arm.combination.engine.id),
  field("model_sha256", "TEXT", ({ model }) => model?.sha256 ?? null),
  field("blocks", "INTEGER", ({ speed }) => speed.values.length),
  field("median_ts", "REAL", ({ speed }) => speed.value),
  field("ci95_low_ts", "REAL", ({ speed }) => speed.ci95?.[0] ?? null),
  field("ci95_high_ts", "REAL", ({ speed }) => speed.ci95?.[1] ?? null),
  field("against", "TEXT", ({ against }) => against?.arm ?? null),
  field("ratio", "REAL", ({ against }) => against?.effect?.ratio ?? null),
  field("ratio_low", "REAL", ({ against }) => against?.effect?.ci95[0] ?? null),
  field("ratio_high", "REAL", ({ against }) => against?.effect?.ci95[1] ?? null),
  field("claim", "TEXT", ({ against, arm }) => claimOf(against?.effect?.claim, arm.speed.display)),
  field("peak_memory_bytes", "INTEGER", peakMemoryOf),
  field("bandwidth_share", "REAL", ({ result }) => figureOf(result.metrics[bandwidthUtilization.name])),
  field("host", "TEXT", ({ host }) => host.id),
  field("verdict", "TEXT", ({ verdict }) => verdict.state),
  field("verdict_reasons", "TEXT", ({ verdict }) => verdict.reasons.join("; ")),
];

/** Tokens per second of each process, and the nanoseconds in which it did the test. */
export const samplesTs = ({ speed }: BenchRow): readonly number[] => speed.values;
export function samplesNs({ arm, promptTokens, speed }: BenchRow): number[] {
  const tokens = promptTokens + arm.combination.test.generated;
  return speed.values.map((perSecond) => Math.round((1e9 * tokens) / perSecond));
}

/** As llama-bench shortens it where it is the release that the lab ships; of another engine its version. */
const commitOf = (version: string): string =>
  version.startsWith(llamaVersion) ? llamaCommit().slice(0, 9) : version;

/** "faster", "slower", "none": what may be said against the other arm; null where there is none. */
function claimOf(
  claim: "more" | "less" | "none" | undefined,
  words: { readonly more: string; readonly less: string },
): string | null {
  if (claim === undefined) return null;
  return claim === "none" ? "none" : words[claim];
}

/** Of the catalogue; null where any tokens would do. */
const promptName = (prompt: BenchTest["prompt"]): string | null =>
  typeof prompt === "string" ? prompt : null;

/** In bytes, a device's included. */
export function peakMemoryOf({ result: { metrics } }: BenchRow): number | null {
  return figureOf(peakMemory.map(({ name }) => metrics[name]).find((metric) => metric !== undefined));
}

export const figureOf = (metric: Metric | undefined): number | null => metric?.value ?? null;

/** Null where the engine has its own. */
function chosen({ arm }: BenchRow, option: string): Json {
  const { subject } = arm.planned;
  return (isModelSubject(subject) ? subject.options?.[option] : null) ?? null;
}

const number = (value: Json): number | null => (typeof value === "number" ? value : null);

/** An engine that lets both sizes be chosen has llama-bench's own unless told. */
function usualSize({ arm }: BenchRow, size: number): number | null {
  return "microBatchSize" in arm.combination.engine.options ? size : null;
}

function loadModeOf(mmap: Json): string {
  if (mmap === null) return "auto";
  return mmap ? "mmap" : "none";
}

/** Of "Vulkan0 (NVIDIA H100)", "CPU (AMD EPYC)". */
const gpusOf = ({ devices }: EngineInfo) => devices.filter((device) => !/^cpu\b/i.test(device));
const descriptionOf = (device: string) => /\((.*)\)$/.exec(device)?.[1] ?? device;

function backendsOf(engine: EngineInfo): string {
  const names = gpusOf(engine).map((device) => device.replace(/\d*( \(.*)?$/, ""));
  return [...new Set(names)].join(",") || "CPU";
}
