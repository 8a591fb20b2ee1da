import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { answers, seen, ttftOf } from "../serve-reading.ts";

/** The wait for the first piece that one answer in a hundred goes beyond, in milliseconds. */
export const serveTtftP99Ms = blockMetric<ServeSample>({
  name: "serveTtftP99Ms",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "Time to first token, p99",
    noun: "99th percentile of the time to the first token",
  },
  scenario: "serve",
  read: (sample) => seen(answers(sample).map(ttftOf), 0.99, "a piece"),
});
