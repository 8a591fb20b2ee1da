import { loss } from "../displays.ts";
import { meanDivergence } from "../divergence-metric.ts";

/** √ mean (p − p_ref)² over the tokens that came: how much likelier or unlikelier the text's tokens became. */
export const rmsDeltaP = meanDivergence({
  name: "rmsDeltaP",
  better: "lower",
  display: { ...loss, heading: "RMS Δp", noun: "RMS change of probability", unit: "%", scale: 100 },
  total: ({ squaredDeltaP }) => squaredDeltaP,
  of: Math.sqrt,
});
