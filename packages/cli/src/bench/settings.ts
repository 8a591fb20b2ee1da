import type { Json } from "@quantlab/core";
import type { BenchOptions } from "./options.ts";

/** What an engine can be told beside its model, and what was typed for it. */
export interface Setting {
  /** The engines' name of it. */
  readonly option: string;
  /** In an arm's name and above a column: "t". */
  readonly label: string;
  /** The values to be measured; null leaves the engine its own. */
  readonly values: (options: BenchOptions) => readonly Json[];
}

const own: readonly Json[] = [null];
const usualCacheType = ["f16"];

/** In llama-bench's order: the last one changes most often. */
export const settings: readonly Setting[] = [
  {
    option: "gpuLayers",
    label: "ngl",
    // -1 is llama-bench's word for all of them.
    values: ({ nGpuLayers = [-1] }) => nGpuLayers.map((layers) => (layers === -1 ? null : layers)),
  },
  { option: "mmap", label: "mmap", values: ({ mmap = own }) => mmap },
  { option: "batchSize", label: "b", values: ({ batchSize = own }) => batchSize },
  { option: "microBatchSize", label: "ub", values: ({ ubatchSize = own }) => ubatchSize },
  {
    option: "kvCacheTypes",
    label: "kv",
    values({ cacheTypeK, cacheTypeV }) {
      if (!cacheTypeK && !cacheTypeV) return own;
      const [keys, values] = [cacheTypeK ?? usualCacheType, cacheTypeV ?? usualCacheType];
      return keys.flatMap((key) => values.map((value) => [key, value]));
    },
  },
  { option: "flashAttention", label: "fa", values: ({ flashAttn = own }) => flashAttn },
  { option: "threads", label: "t", values: ({ threads = own }) => threads },
];

/** "q8_0/f16", "on", "1": a value as it stands in an arm's name. */
export function settingText(value: Json): string {
  if (value === null) return "auto";
  if (typeof value === "boolean") return value ? "1" : "0";
  return Array.isArray(value) ? value.join("/") : String(value);
}
