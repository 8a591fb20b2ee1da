import { sum } from "d3-array";
import { chunkMetric } from "../chunk-metric.ts";
import { loss } from "../displays.ts";

/**
 * Σ negative log-likelihood / (ln 2 · Σ bytes of the scored text): what the text would take when compressed by the model
 * (Gao et al., The Pile, 2020, section 3.1). Unlike perplexity it compares models with different tokenizers.
 */
export const bitsPerByte = chunkMetric({
  name: "bitsPerByte",
  unit: "bits",
  better: "lower",
  display: {
    ...loss,
    heading: "Bits per byte",
    noun: "bits per byte",
    unit: "bits",
    digits: 4,
    told: { headline: "loss", as: "needs {} the bits per byte of text" },
  },
  needs: { perplexity: true },
  statistic: (chunks) => (drawn) =>
    sum(drawn, (index) => chunks[index]!.negativeLogLikelihood) /
    (Math.LN2 * sum(drawn, (index) => chunks[index]!.bytes)),
});
