import type { Block } from "@quantlab/core";
import type { ServeSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";
import { seen, ttftOf } from "../serve-reading.ts";

const foreign = ({ requests }: ServeSample) => requests.filter(({ client }) => client === null);

/** The wait for the first token of the long prompt that came while others read their answers, in milliseconds. */
export const foreignTtftMs = blockMetric<ServeSample>({
  name: "foreignTtftMs",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "First token of the long prompt",
    noun: "time to the first token of a long prompt",
  },
  scenario: "serve",
  concerns: (blocks: readonly Block[]) =>
    blocks.some(
      ({ scenario, sample }) => scenario === "serve" && sample && foreign(sample as ServeSample).length > 0,
    ),
  read: (sample) => seen(foreign(sample).map(ttftOf), 0.5, "a piece"),
});
