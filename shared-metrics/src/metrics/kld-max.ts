import { max } from "d3-array";
import { tokenDivergence } from "../divergence-metric.ts";

export const kldMax = tokenDivergence({
  name: "kldMax",
  heading: "Largest divergence",
  noun: "largest divergence",
  kind: "exact",
  interval: false,
  statistic: (chunks) => (drawn) => max(drawn, (index) => max(chunks[index]!)!)!,
});
