import type { Metric } from "@quantlab/core";
import type { TaskAnswers } from "@quantlab/scoring";
import { wilsonInterval } from "./statistics/wilson.ts";

const unit = "fraction";

/**
 * The share of what is true, over all groups together, with Wilson's interval; `values` are the shares of each group
 * that is not empty. Without a value, and with the reason `otherwise`, when all are.
 */
export function shareOf(groups: readonly (readonly boolean[])[], otherwise: string): Metric {
  const shares = groups.filter((group) => group.length > 0).map(countTrue);
  if (shares.length === 0) return noShare(otherwise);
  const { found, of } = countTrue(groups.flat());
  return {
    unit,
    statistic: "mean",
    value: found / of,
    ci95: wilsonInterval(found, of),
    values: shares.map((share) => share.found / share.of),
  };
}

/** The share of right answers, of all tasks together. */
export function shareRight(tasks: readonly TaskAnswers[]): Metric {
  const rights = tasks.map(({ items }) => items.map(({ correct }) => correct));
  return shareOf(rights, "the task has no items");
}

/** In words why there is no share. */
export function noShare(reason: string): Metric {
  return { unit, value: null, reason };
}

function countTrue(group: readonly boolean[]) {
  return { found: group.filter(Boolean).length, of: group.length };
}
