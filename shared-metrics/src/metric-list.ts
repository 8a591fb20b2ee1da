import { type MetricHandle, UnknownNameError } from "@quantlab/core";
import * as named from "./metrics.ts";

export const metrics: readonly MetricHandle[] = Object.values(named);

const byName = new Map(metrics.map((metric) => [metric.name, metric]));

/** The metric of this name, or an UnknownNameError with the nearest one. */
export function metricNamed(name: string): MetricHandle {
  const metric = byName.get(name);
  if (metric) return metric;
  throw new UnknownNameError("metric", name, [...byName.keys()]);
}
