import type { Block, Effect, Metric, MetricHandle, MetricName } from "@quantlab/core";

/** Every handle's value over one arm's blocks; `reference` as in `MetricHandle.summarise`. */
export function armMetrics(
  handles: readonly MetricHandle[],
  blocks: readonly Block[],
  reference?: readonly Block[],
): Partial<Record<MetricName, Metric>> {
  return Object.fromEntries(handles.map((handle) => [handle.name, handle.summarise(blocks, reference)]));
}

/** Every handle's comparison of an arm with the baseline; metrics that cannot be compared are left out. */
export function effects(
  handles: readonly MetricHandle[],
  baseline: readonly Block[],
  arm: readonly Block[],
): Partial<Record<MetricName, Effect>> {
  const found: Partial<Record<MetricName, Effect>> = {};
  for (const handle of handles) {
    const effect = handle.compare(baseline, arm);
    if (effect) found[handle.name] = effect;
  }
  return found;
}
