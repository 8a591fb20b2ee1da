import { mean, sum } from "d3-array";
import { linearRegression } from "simple-statistics";
import { studentCritical } from "./student.ts";

/** One block's value, where it stood in the run, and which arm it belongs to. */
export interface DriftPoint {
  readonly group: string;
  readonly position: number;
  readonly value: number;
}

export interface Drift {
  /** Change from the first position to the last, as a ratio minus 1: −0.06 is 6% less at the end. */
  readonly change: number;
  /** True when the slope's 95% t interval is clear of 0. */
  readonly significant: boolean;
}

/**
 * Least-squares slope of ln(value) against position within the groups: each group is centred in both, so
 * that arms of different speed share one slope. The test is |slope| > t(0.975, n − groups − 1) · its
 * standard error. Null with fewer than three degrees of freedom or values that are not positive.
 */
export function driftOver(points: readonly DriftPoint[]): Drift | null {
  const groups = [...Map.groupBy(points, (point) => point.group).values()];
  const degrees = points.length - groups.length - 1;
  if (degrees < 3 || points.some((point) => !(point.value > 0))) return null;

  const centred = groups.flatMap((group) => {
    const middle = mean(group, (point) => point.position)!;
    const level = mean(group, (point) => Math.log(point.value))!;
    return group.map((point) => [point.position - middle, Math.log(point.value) - level] as const);
  });
  const spread = sum(centred, ([position]) => position ** 2);
  if (spread === 0) return null;
  const { m: slope } = linearRegression(centred.map(([position, log]) => [position, log]));
  const residual = sum(centred, ([position, log]) => (log - slope * position) ** 2);
  const standardError = Math.sqrt(residual / degrees / spread);
  const positions = points.map((point) => point.position);
  return {
    change: Math.exp(slope * (Math.max(...positions) - Math.min(...positions))) - 1,
    significant: Math.abs(slope) > studentCritical(0.95, degrees) * standardError,
  };
}
