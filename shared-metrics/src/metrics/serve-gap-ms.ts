import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { answers, gapsOf, seen } from "../serve-reading.ts";

/** The usual time between two pieces of an answer (inter-token latency), in milliseconds. */
export const serveGapMs = blockMetric<ServeSample>({
  name: "serveGapMs",
  unit: "ms",
  better: "lower",
  display: { ...time, heading: "Between tokens", noun: "time between two tokens" },
  scenario: "serve",
  read: (sample) => seen(answers(sample).flatMap(gapsOf), 0.5, "two pieces"),
});
