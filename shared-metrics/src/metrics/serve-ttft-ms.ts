import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { answers, seen, ttftOf } from "../serve-reading.ts";

/** A client's usual wait for the first piece of an answer, in milliseconds. */
export const serveTtftMs = blockMetric<ServeSample>({
  name: "serveTtftMs",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "Time to first token",
    noun: "time to the first token of a served answer",
    told: { headline: "prompt", as: "takes {} the time to the first token" },
  },
  scenario: "serve",
  read: (sample) => seen(answers(sample).map(ttftOf), 0.5, "a piece"),
});
