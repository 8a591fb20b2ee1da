import type { CommandSample } from "@quantlab/scenarios";
import { blockMetric } from "../block-metric.ts";
import { time } from "../displays.ts";

/** From a program's start to its end, everything that it loads included, in milliseconds. */
export const wallMs = blockMetric<CommandSample>({
  name: "wallMs",
  unit: "ms",
  better: "lower",
  display: {
    ...time,
    heading: "Whole command",
    noun: "time of the whole command",
    leads: true,
    chart: "command",
    told: { headline: "speed", as: "takes {} the time for the whole command" },
  },
  scenario: "command",
  read: ({ wallMs }) => wallMs,
});
