import { sum } from "d3-array";
import { chunkMetric } from "../chunk-metric.ts";
import { textScores } from "../observers/text-scores.ts";

/**
 * Σ negative log-likelihood / (ln 2 · Σ bytes of the scored text): what the text would take when compressed by the model
 * (Gao et al., The Pile, 2020, section 3.1). Unlike perplexity it compares models with different tokenizers.
 */
export const bitsPerByte = chunkMetric({
  name: "bitsPerByte",
  label: "bits per byte",
  unit: "bits",
  better: "lower",
  observers: [textScores],
  has: ({ bytes }) => bytes !== undefined,
  otherwise: "the text was scored before its bytes were counted",
  statistic: (chunks) => (drawn) =>
    sum(drawn, (index) => chunks[index]!.negativeLogLikelihood) /
    (Math.LN2 * sum(drawn, (index) => chunks[index]!.bytes ?? 0)),
});
