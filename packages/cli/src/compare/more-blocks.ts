import type { ComparedMetric } from "@quantlab/core";
import { metricNamed } from "@quantlab/shared-metrics";

/** Nobody waits for more. */
const most = 1000;

/** "about 12 more blocks of each would tell"; null: no number of them. */
export function moreBlocks(blocks: number | null): string {
  if (blocks === null || blocks > most) return `even ${most} more blocks of each would hardly tell`;
  return `about ${blocks} more block${blocks === 1 ? "" : "s"} of each would tell`;
}

/** The blocks that both figures rest on; null where more of them change nothing, as of a text or of answers. */
export function blocksBehind(name: string, { a, b }: Pick<ComparedMetric, "a" | "b">): number | null {
  if (a.value === null || b.value === null || metricNamed(name).display.kind !== "cost") return null;
  return a.statistic === "median" ? Math.min(a.values.length, b.values.length) : null;
}
