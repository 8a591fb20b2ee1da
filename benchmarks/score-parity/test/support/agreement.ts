import type { LogitFileNoise } from "./logit-file.ts";
import { halfDigit, type StatisticName, type Statistics, statisticNames } from "./statistics.ts";

export interface Agreement {
  readonly statistic: StatisticName;
  readonly lab: number | null;
  readonly peer: number | null;
  /** How far the two may lie apart for what the peer's file and its printing round away. */
  readonly tolerance: number;
  readonly agrees: boolean;
}

/** Each statistic of the lab beside llama-perplexity's. A figure that only one of them has does not agree. */
export function compareStatistics(lab: Statistics, peer: Statistics, noise: LogitFileNoise): Agreement[] {
  return statisticNames.map((statistic) => {
    const [ours, theirs] = [lab[statistic], peer[statistic]];
    const tolerance = toleranceOf(statistic, lab, noise);
    const agrees =
      ours === null || theirs === null
        ? ours === theirs ||
          (statistic === "lnPerplexityRatioError" && Math.abs(ours ?? theirs!) <= tolerance)
        : Math.abs(ours - theirs) <= tolerance;
    return { statistic, lab: ours, peer: theirs, tolerance, agrees };
  });
}

/** Both compute in float32 where a log-probability is taken, whose magnitude is some tens. */
const float32 = 2e-6;

/**
 * Rounding moves each stored log-probability by up to half a step, evenly spread: its root mean square is step/√12. It
 * moves a token's divergence Σ p (ln p − ln q) by Σ p ε (ln p − ln q + 1), so by at most half a step times
 * 1 + Σ p |ln p − ln q|, and that sum is at most the divergence + 2/e.
 */
function toleranceOf(name: StatisticName, lab: Statistics, noise: LogitFileNoise): number {
  const rounding = noise.rmsStep / Math.sqrt(12);
  const ofMean = rounding / Math.sqrt(noise.tokens);
  const spread = 1 + Math.sqrt(2 * Math.max(lab.kldMean ?? 0, 0));
  const value = Math.abs(lab[name] ?? 0);
  const ofLogs = (reach: number) => reach + float32 + halfDigit(name);
  switch (name) {
    case "perplexity":
      return value * float32 + halfDigit(name);
    case "basePerplexity":
      return value * (4 * ofMean + float32) + halfDigit(name);
    case "lnPerplexityRatio":
      return ofLogs(4 * ofMean);
    case "lnPerplexityRatioError":
      return ofLogs(ofMean) + Math.sqrt(value ** 2 + cancelled(lab, noise)) - value;
    case "kldMean":
      return ofLogs(4 * ofMean * spread);
    case "kldMeanError":
      return ofLogs(ofMean * spread);
    case "kldMedian":
    case "kldP90":
    case "kldP95":
    case "kldP99":
    case "kldP999":
    case "kldMax":
      return ofLogs((noise.largestStep / 2) * (1 + value + 2 / Math.E));
    case "topTokenAgreement":
      return noise.nearTies / noise.tokens + halfDigit(name);
    case "rmsDeltaP":
      return ofLogs(rounding);
  }
}

/**
 * The peer takes the variance of a ratio as a difference of sums of squares that were rounded to float32, each by up to
 * 2^-24 of itself. Where base and candidate are the same this is all there is, and may be below 0, which it prints as nan.
 * The mean square of ln p is not told; twice the square of 1 + ln PPL stands above it.
 */
function cancelled(lab: Statistics, { tokens }: LogitFileNoise): number {
  const meanSquare = 2 * (1 + Math.log(lab.perplexity ?? 1)) ** 2;
  return (4 * 2 ** -24 * meanSquare) / tokens;
}
