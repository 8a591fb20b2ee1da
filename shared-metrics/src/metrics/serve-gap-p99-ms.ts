import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { answers, gapsOf, seen } from "../serve-reading.ts";

/** The time between two pieces that one in a hundred goes beyond, in milliseconds. */
export const serveGapP99Ms = blockMetric<ServeSample>({
  name: "serveGapP99Ms",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "Between tokens, p99",
    noun: "99th percentile of the time between two tokens",
  },
  scenario: "serve",
  read: (sample) => seen(answers(sample).flatMap(gapsOf), 0.99, "two pieces"),
});
