import type { GenerateTrace } from "@quantlab/core";
import type { GenerateSample } from "@quantlab/scenarios";
import type { Reading } from "./reading.ts";
import { median } from "./statistics/quantile.ts";

/** The median over a block's timed generations of what `read` finds in each, or why none tells. */
export function generationMedian(sample: GenerateSample, read: (trace: GenerateTrace) => Reading): Reading {
  const readings = sample.generations.map(read);
  const values = readings.filter((reading) => typeof reading === "number");
  if (values.length > 0) return median(values);
  return readings.find((reading) => typeof reading !== "number") ?? { none: "no generation was timed" };
}

/** Tokens a second; too short a time is none. */
export function rate(tokens: number, milliseconds: number): Reading {
  return milliseconds > 0
    ? (tokens / milliseconds) * 1000
    : { none: "the time was too short to be measured" };
}

/** (N − 1) / (t_N − t_1), in tokens per second: the first token belongs to the prompt pass. */
export function decodeSpeed(sample: GenerateSample): Reading {
  return generationMedian(sample, ({ tokenAtMs }) =>
    tokenAtMs.length < 2
      ? { none: "decode speed needs at least two tokens" }
      : rate(tokenAtMs.length - 1, tokenAtMs.at(-1)! - tokenAtMs[0]!),
  );
}
