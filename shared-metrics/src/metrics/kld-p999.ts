import { tokenDivergence } from "../divergence-metric.ts";
import { pooledQuantile } from "../statistics/pooled-quantile.ts";

export const kldP999 = tokenDivergence({
  name: "kldP999",
  heading: "Divergence, 99.9th percentile",
  noun: "divergence at the 99.9th percentile",
  kind: "exact",
  statistic: (chunks) => pooledQuantile(chunks, 0.999),
});
