import { sum } from "d3-array";
import { tokenDivergence } from "../divergence-metric.ts";

/** Mean over tokens of Σ p_ref (ln p_ref − ln p). */
export const kldMean = tokenDivergence({
  name: "kldMean",
  heading: "Mean divergence",
  noun: "mean divergence",
  told: { headline: "loss", as: "has {} the mean divergence" },
  statistic: (chunks) => {
    const sums = chunks.map((values) => sum(values));
    return (drawn) => sum(drawn, (index) => sums[index]!) / sum(drawn, (index) => chunks[index]!.length);
  },
});
