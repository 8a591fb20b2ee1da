import { share } from "../displays.ts";
import { meanDivergence } from "../divergence-metric.ts";

/** Share of the tokens for which arm and reference hold the same next token likeliest. */
export const topTokenAgreement = meanDivergence({
  name: "topTokenAgreement",
  better: "higher",
  display: { ...share, heading: "Same top token", noun: "agreement on the top token" },
  total: ({ sameTop }) => sameTop,
});
