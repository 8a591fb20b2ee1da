import { sum } from "d3-array";
import type { Interval } from "./bootstrap.ts";
import { studentCritical } from "./student.ts";

/** Units that came together, as the tokens of one answer, and the sum of their values, none of which is negative. */
export interface Cluster {
  readonly units: number;
  readonly total: number;
}

/**
 * Interval of the mean over units that come in clusters, with `tail` on either side: the mean times exp(± t · error / mean),
 * that is Student's interval of its logarithm by the delta method, for such means are skewed upwards and never negative.
 * The error is that of the ratio Σ total / Σ units over clusters (Cochran, "Sampling Techniques", 1977, 6.4):
 * √(k/(k − 1) · Σ (total − mean · units)²) / Σ units, with k − 1 degrees of freedom. Null below two clusters.
 */
export function clusteredMeanInterval(clusters: readonly Cluster[], tail: number): Interval | null {
  const count = clusters.length;
  if (count < 2) return null;
  const all = sum(clusters, ({ units }) => units);
  const mean = sum(clusters, ({ total }) => total) / all;
  if (!(mean > 0)) return [mean, mean];
  const squares = sum(clusters, ({ units, total }) => (total - mean * units) ** 2);
  const error = Math.sqrt((count / (count - 1)) * squares) / all;
  const reach = (studentCritical(1 - 2 * tail, count - 1) * error) / mean;
  return [mean * Math.exp(-reach), mean * Math.exp(reach)];
}
