import { sum } from "d3-array";
import type { Interval } from "./bootstrap.ts";
import { studentCritical } from "./student.ts";
import { scoreInterval } from "./wilson.ts";

/** Units that came together, as the tokens of one answer, and how many of them have what is counted. */
export interface Cluster {
  readonly units: number;
  readonly counted: number;
}

/**
 * Interval of a share whose units come in clusters, with `tail` on either side: Wilson's score interval for the effective
 * number of units, and Student's t of the clusters for its quantile, as surveys have it (Kish, "Survey Sampling", 1965;
 * Franco, Little, Louis and Slud, "Comparative Study of Confidence Intervals for Proportions in Complex Sample Surveys",
 * 2019). The effective number is p(1 − p) / v, at most all units; v is the variance of the ratio Σ counted / Σ units over
 * clusters (Cochran, "Sampling Techniques", 1977, 6.4): k/(k − 1) · Σ (counted − p · units)² / (Σ units)².
 *
 * Of few clusters of a rare thing it holds where a bootstrap does not: drawing again the few that were seen cannot show what
 * a cluster with many would have done, so that its upper end is too low. Null below two clusters.
 */
export function clusteredShareInterval(clusters: readonly Cluster[], tail: number): Interval | null {
  const count = clusters.length;
  if (count < 2) return null;
  const all = sum(clusters, ({ units }) => units);
  const share = sum(clusters, ({ counted }) => counted) / all;
  const squares = sum(clusters, ({ units, counted }) => (counted - share * units) ** 2);
  const variance = ((count / (count - 1)) * squares) / all ** 2;
  const effective = variance > 0 ? Math.min(all, (share * (1 - share)) / variance) : all;
  return scoreInterval(share, effective, studentCritical(count - 1, tail));
}
