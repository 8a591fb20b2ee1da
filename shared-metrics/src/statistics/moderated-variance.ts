import { mean } from "d3-array";
import { type PairedLogs, pairedLogs, type Rounds } from "./paired.ts";
import { digamma, trigamma, trigammaInverse } from "./polygamma.ts";
import { median } from "./quantile.ts";

/** A variance and the degrees of freedom that it rests on. */
export interface Variance {
  readonly variance: number;
  readonly degrees: number;
}

/**
 * How much two arms' ln ratio varies from round to round, learnt from all arms of a run, for a few rounds of two arms tell
 * little of it. Where all arms are as noisy as each other, it is the residual variance of the run's table of arms × rounds,
 * which is half the mean over its pairs of arms. Where some are far noisier, as an engine of another speed is, a pair keeps
 * more of its own, the more so the wider the pairs' variances are spread: Smyth, "Linear models and empirical Bayes methods
 * for assessing differential expression" (2004), section 6.2, as limma's `squeezeVar` has it. Two arms alone have their own,
 * and no pair has less: by the others' an arm that is noisier than all of them would seem calm.
 */
export function moderatedVariance(own: PairedLogs, run: readonly Rounds[]): Variance {
  const arms = run.filter((arm) => arm.size > 1 && [...arm.values()].every((value) => value > 0));
  const alone = varianceOf(own);
  const pairs = pairsOf(arms).map(varianceOf);
  const floor = smallest * median([alone, ...pairs].map(({ variance }) => variance));
  if (pairs.length < 2 || floor === 0) return alone;
  // A spread of exactly 0 has no logarithm.
  const raised = pairs.map(({ variance, degrees }) => ({ variance: Math.max(variance, floor), degrees }));
  const logs = raised.map(({ variance, degrees }) => Math.log(variance) - expectedLog(degrees));
  const centre = mean(logs)!;
  // Pairs that share an arm are alike, with a correlation of 1/4: on average 1 / (arms + 1), which hides as much spread.
  const hidden = (arms.length + 1) / arms.length;
  const spread = (hidden * logs.reduce((sum, log) => sum + (log - centre) ** 2, 0)) / (logs.length - 1);
  const excess = spread - mean(raised, ({ degrees }) => trigamma(degrees / 2))!;
  const pooled = Math.max(alone.degrees, degreesOf(arms));
  if (!(excess > 0)) return atLeast(alone, { variance: weightedMean(raised), degrees: pooled });
  const degrees = 2 * trigammaInverse(excess);
  const prior = { variance: Math.exp(centre + expectedLog(degrees)), degrees };
  return atLeast(alone, {
    variance: weightedMean([prior, alone]),
    degrees: Math.min(pooled, degrees + alone.degrees),
  });
}

/** limma's share of the median below which a variance is raised to it. */
const smallest = 1e-5;

const varianceOf = ({ variance, rounds }: PairedLogs): Variance => ({ variance, degrees: rounds - 1 });

function pairsOf(arms: readonly Rounds[]): PairedLogs[] {
  return arms.flatMap((one, index) => arms.slice(index + 1).flatMap((other) => pairedLogs(one, other) ?? []));
}

/** E ln(s² / σ²) on so many degrees of freedom. */
const expectedLog = (degrees: number) => digamma(degrees / 2) - Math.log(degrees / 2);

const atLeast = (own: Variance, { variance, degrees }: Variance): Variance => ({
  variance: Math.max(own.variance, variance),
  degrees,
});

function weightedMean(variances: readonly Variance[]): number {
  const total = variances.reduce((sum, { degrees }) => sum + degrees, 0);
  return variances.reduce((sum, { variance, degrees }) => sum + variance * degrees, 0) / total;
}

/** Of what is left of a table of arms × rounds: (arms − 1) · (rounds − 1) where no block is missing. */
function degreesOf(arms: readonly Rounds[]): number {
  const inRound = new Map<number, number>();
  for (const round of arms.flatMap((arm) => [...arm.keys()])) {
    inRound.set(round, (inRound.get(round) ?? 0) + 1);
  }
  // A round of one arm compares nothing.
  const shared = [...inRound.values()].filter((count) => count > 1);
  return shared.reduce((sum, count) => sum + count, 0) - arms.length - shared.length + 1;
}
