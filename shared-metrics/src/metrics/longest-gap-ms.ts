import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { answers, gapsOf, seen } from "../serve-reading.ts";

/** The longest time between two pieces of anybody's answer, in milliseconds: one foreign prompt hides below the 99th percentile. */
export const longestGapMs = blockMetric<ServeSample>({
  name: "longestGapMs",
  unit: "ms",
  better: "lower",
  display: { ...time, heading: "Longest gap", noun: "longest time between two tokens", chart: "longest-gap" },
  scenario: "serve",
  read: (sample) => seen(answers(sample).flatMap(gapsOf), 1, "two pieces"),
});
