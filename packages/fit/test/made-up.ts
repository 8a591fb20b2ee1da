import type { Forecast } from "@quantlab/core";
import type { Observation } from "../src/index.ts";

const mebibyte = 2 ** 20;

/** What an engine would have worked out for a model of made-up size. */
export function forecast(changes: Partial<Forecast> = {}): Forecast {
  return {
    processBytes: 130 * mebibyte,
    vocabularyBytes: 10 * mebibyte,
    buffers: { CPU: { weights: 500 * mebibyte, cache: 20 * mebibyte, compute: 10 * mebibyte } },
    mappedBytes: 500 * mebibyte,
    contextSize: 512,
    kvCacheTypes: ["f16", "f16"],
    layers: 24,
    queriesPerKey: 4,
    reads: { Q8_0: 500 * mebibyte },
    ...changes,
  };
}

/** An observation of a made-up model; `changes.forecast` is whole. */
export function observation(changes: Partial<Observation>): Observation {
  return {
    shape: "one",
    arm: "Q8_0",
    parameters: 494e6,
    quantization: "Q8_0",
    forecast: forecast(),
    copySpeed: 10e9,
    memoryBytes: null,
    tokensPerSecond: null,
    ...changes,
  };
}

/** Numbers from 0 to 1 that a seed decides (Park and Miller, 1988). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Of a normal distribution (Box and Muller, 1958). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}
