import { tokenDivergence } from "../divergence-metric.ts";
import { pooledQuantile } from "../statistics/pooled-quantile.ts";

export const kldMedian = tokenDivergence({
  name: "kldMedian",
  heading: "Median divergence",
  noun: "median divergence",
  kind: "median",
  statistic: (chunks) => pooledQuantile(chunks, 0.5),
});
