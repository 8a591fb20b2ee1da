import type { ArmResult, Forecast, MetricHandle, Result } from "@quantlab/core";
import { copySpeed, decodeTps, peakRssBytes } from "@quantlab/shared-metrics";
import { median } from "d3-array";

/** What predictions are made from: all of it is known before a model is loaded. */
export interface Prospect {
  readonly forecast: Forecast;
  /** Bytes that one core copies a second on the machine. */
  readonly copySpeed: number | null;
}

/** An arm of exp12: what its engine worked out before loading, and what was measured then with the context full. */
export interface Observation extends Prospect {
  /** The model, whose forms and contexts share its shape. */
  readonly shape: string;
  readonly arm: string;
  readonly parameters: number | null;
  readonly quantization: string | null;
  readonly memoryBytes: number | null;
  readonly tokensPerSecond: number | null;
}

/**
 * Everything in one machine's results that a prediction can be held against. The machine has one copy speed, the median of all:
 * that of a moment strays further than what is decoded.
 */
export function observationsOf(results: readonly Result[]): Observation[] {
  const copies = results.flatMap(({ arms }) =>
    Object.values(arms).map((arm) => figureOf(arm.metrics, copySpeed)),
  );
  const usual = median(copies) ?? null;
  return results.flatMap(({ model, parameters = null, arms }) =>
    Object.entries(arms).flatMap(([arm, { forecast, metrics, quantization }]): Observation[] => {
      if (!forecast) return [];
      return [
        {
          shape: model,
          arm,
          parameters,
          quantization,
          forecast,
          copySpeed: usual,
          memoryBytes: figureOf(metrics, peakRssBytes),
          tokensPerSecond: figureOf(metrics, decodeTps),
        },
      ];
    }),
  );
}

const figureOf = (metrics: ArmResult["metrics"], { name }: MetricHandle): number | null =>
  metrics[name]?.value ?? null;
