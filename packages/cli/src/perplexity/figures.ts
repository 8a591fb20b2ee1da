import type { Spread } from "@quantlab/shared-metrics";
import type { PerplexityResult } from "./messages.ts";

type Figures = Readonly<Record<string, number>>;

/**
 * The figures under the names of the lab's metrics, and their standard errors over tokens under the same names.
 * `withCut` has the divergences as llama-perplexity counts them. Shares and changes of probability are fractions.
 */
export function figuresOf({ perplexity, bitsPerByte, divergence }: PerplexityResult): {
  readonly metrics: Figures;
  readonly errors: Figures;
  readonly withCut: { readonly metrics: Figures; readonly errors: Figures } | null;
} {
  const estimates = {
    perplexity,
    bitsPerByte,
    ...(divergence && {
      referencePerplexity: divergence.referencePerplexity,
      lnPerplexityRatio: divergence.lnPerplexityRatio,
      kldMean: divergence.kld.mean,
      topTokenAgreement: divergence.topTokenAgreement,
      meanDeltaP: divergence.meanDeltaP,
      rmsDeltaP: divergence.rmsDeltaP,
    }),
  };
  const each = (of: "value" | "error") =>
    Object.fromEntries(Object.entries(estimates).map(([name, estimate]) => [name, estimate[of]]));
  return {
    metrics: { ...each("value"), ...(divergence && quantiles(divergence.kld)) },
    errors: each("error"),
    withCut: divergence && {
      metrics: { kldMean: divergence.kldWithCut.mean.value, ...quantiles(divergence.kldWithCut) },
      errors: { kldMean: divergence.kldWithCut.mean.error },
    },
  };
}

function quantiles({ median, p90, p95, p99, p999, max, min }: Spread): Figures {
  return {
    kldMedian: median,
    kldP90: p90,
    kldP95: p95,
    kldP99: p99,
    kldP999: p999,
    kldMax: max,
    kldMin: min,
  };
}
