import { blockMetric } from "../block-metric.ts";
import { memory } from "../displays.ts";

/** Bytes of keys and values, as the engine says that it allotted them for a context in which prompt and answer fit. */
export const kvCacheBytes = blockMetric({
  name: "kvCacheBytes",
  unit: "bytes",
  better: "lower",
  display: {
    ...memory,
    heading: "KV cache",
    noun: "size of the KV cache",
    more: "larger",
    less: "smaller",
    told: { headline: "memory", as: "has {} the KV cache" },
  },
  scenario: "generate",
  read: (_, { engine }) =>
    engine?.kvCacheBytes ?? { none: "the engine does not tell how large its KV cache is" },
});
