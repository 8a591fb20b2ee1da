import { tokenDivergence } from "../divergence-metric.ts";
import { pooledQuantile } from "../statistics/pooled-quantile.ts";

export const kldP99 = tokenDivergence({
  name: "kldP99",
  heading: "Divergence, 99th percentile",
  noun: "divergence at the 99th percentile",
  kind: "exact",
  statistic: (chunks) => pooledQuantile(chunks, 0.99),
});
