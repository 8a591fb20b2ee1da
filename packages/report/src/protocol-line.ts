import type { Json, Result } from "@quantlab/core";
import { scenarioNamed } from "@quantlab/scenarios";
import { inlineText } from "./markdown.ts";
import { counted, formatNumber } from "./numbers.ts";

const orders: Readonly<Record<string, string>> = {
  interleaved: "in rounds that run every arm once in a seeded random order",
  abba: "in ABBA order",
};

/** How the figures were made, and what the lab itself cost. */
export function protocolLine({ protocol, workloads, overheadMs }: Result): string {
  const { blocks, order, seed } = protocol as Readonly<Record<string, Json>>;
  const cost =
    overheadMs === null
      ? ""
      : `The lab's own overhead, all that is not its blocks' workload, was ${formatNumber(overheadMs)} ms an arm and block (median).`;
  return inlineText(
    [
      `${counted(Number(blocks), "block")} an arm, each a fresh process, ${orders[String(order)] ?? `in the order "${order}"`}, seed ${seed}.`,
      ...Object.entries(workloads).map(([scenario, workload]) => scenarioNamed(scenario).describe(workload)),
      "Values are medians over blocks with bootstrap 95% intervals in brackets, ratios are paired by block; perplexity is bootstrapped by chunk and paired likewise, accuracy has Wilson's interval.",
      cost,
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  );
}
