import type { TokenComparisons } from "@quantlab/scoring";
import { max, min } from "d3-array";
import { percentile } from "./quantile.ts";

// The figures of llama-perplexity, each by its formula in llama.cpp's tools/perplexity/perplexity.cpp: `perplexity` for
// a text alone, `kl_divergence` for one against a reference. An error is a standard error over tokens, which takes them
// as independent; the lab's own metrics have intervals over chunks instead.

export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** Quantiles by linear interpolation, as llama-perplexity prints them. */
export interface Spread {
  readonly mean: Estimate;
  readonly median: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly min: number;
}

export interface DivergenceStatistics {
  readonly referencePerplexity: Estimate;
  /** ln(perplexity / perplexity of the reference), its error from the pairs. */
  readonly lnPerplexityRatio: Estimate;
  /** KL(reference ‖ model) of a token's distribution, in nats. */
  readonly kld: Spread;
  /** The same without the tokens to which the reference gives less than e^-16. */
  readonly kldWithCut: Spread;
  /** p − p of the reference, of the token that came: fractions. */
  readonly meanDeltaP: Estimate;
  readonly rmsDeltaP: Estimate;
  readonly topTokenAgreement: Estimate;
}

/** exp(−mean ln p), and its error by the derivative of exp. */
export function tokenPerplexity(logProbability: Float64Array): Estimate {
  const loss = estimate(logProbability.map((log) => -log));
  const value = Math.exp(loss.value);
  return { value, error: value * loss.error };
}

export function divergenceStatistics(tokens: Omit<TokenComparisons, "top">): DivergenceStatistics {
  const { logProbability, referenceLogProbability } = tokens;
  const deltaP = logProbability.map(
    (log, index) => Math.exp(log) - Math.exp(referenceLogProbability[index]!),
  );
  const squared = estimate(deltaP.map((delta) => delta ** 2));
  const rms = Math.sqrt(squared.value);
  const count = tokens.sameTop.length;
  const agreement = tokens.sameTop.reduce((sum, same) => sum + same, 0) / count;
  return {
    referencePerplexity: tokenPerplexity(referenceLogProbability),
    // The variance of the difference is that of both less twice their covariance, which is what llama.cpp adds up.
    lnPerplexityRatio: estimate(referenceLogProbability.map((log, index) => log - logProbability[index]!)),
    kld: spread(tokens.kld),
    kldWithCut: spread(tokens.kldWithCut),
    meanDeltaP: estimate(deltaP),
    rmsDeltaP: { value: rms, error: rms > 0 ? (0.5 / rms) * squared.error : 0 },
    topTokenAgreement: {
      value: agreement,
      error: Math.sqrt((agreement * (1 - agreement)) / (count - 1)),
    },
  };
}

/** Mean and √((mean of squares − square of mean) / (n − 1)). */
function estimate(values: Float64Array): Estimate {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  return { value: mean, error: Math.sqrt(variance / (count - 1)) };
}

function spread(values: Float64Array): Spread {
  const sorted = Array.from(values.toSorted());
  const at = (share: number) => percentile(sorted, share);
  return {
    mean: estimate(values),
    median: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: max(sorted)!,
    min: min(sorted)!,
  };
}
