import type { ArmResult, Effect, Metric, Result } from "@quantlab/core";
import { toResult } from "../src/index.ts";
import { type ArmPlan, experiment, makeRun } from "./run-builder.ts";

/** What an arm of a made-up ladder takes and loses: MiB of its file, nats of mean divergence. */
export interface Rung {
  readonly mebibytes: number;
  readonly divergence: number;
  readonly tokensPerSecond?: number;
  readonly backend?: string;
  /** MiB that the engine holds, where it quantizes while it loads. */
  readonly held?: number;
}

const reference = "F16";
const chunks = 16;

/** A result of F16 and `rungs`, by quantization, as an experiment on quality has it. */
export function ladderResult(rungs: Readonly<Record<string, Rung>>, change: Partial<Result> = {}): Result {
  const plans: Record<string, ArmPlan> = { [reference]: plan(reference, { mebibytes: 10.8, divergence: 0 }) };
  for (const [quantization, rung] of Object.entries(rungs)) plans[quantization] = plan(quantization, rung);
  const result = toResult(makeRun({ arms: plans, blocks: 3 }), experiment);
  const arms = Object.entries(result.arms).map(([name, arm]): [string, ArmResult] => {
    const rung = rungs[name];
    const metrics = { ...arm.metrics, kldMean: divergence(rung?.divergence ?? 0) };
    return [name, { ...arm, metrics: rung?.held ? { ...metrics, weightBytes: held(rung.held) } : metrics }];
  });
  const effects = Object.entries(result.effects).map(([name, of]) => {
    return [name, { ...of, perplexity: perplexity(rungs[name]!.divergence) }] as const;
  });
  return { ...result, arms: Object.fromEntries(arms), effects: Object.fromEntries(effects), ...change };
}

function plan(quantization: string, { mebibytes, tokensPerSecond = 3000, backend }: Rung): ArmPlan {
  return {
    quantization,
    tokensPerSecond,
    memoryMiB: 80 + mebibytes,
    fileMiB: mebibytes,
    ...(backend === undefined ? {} : { backend }),
  };
}

/** Chunks differ, and alike in every arm: what is paired by chunk has a narrower interval than either arm. */
function divergence(mean: number): Metric {
  const values = Array.from({ length: chunks }, (_, chunk) => mean * (1 + Math.sin(chunk) * 0.3));
  const ci95 = [mean * 0.88, mean * 1.12] as const;
  return { unit: "nats", statistic: "mean", value: mean, ci95, values };
}

function held(mebibytes: number): Metric {
  const value = mebibytes * 2 ** 20;
  return { unit: "bytes", statistic: "exact", value, ci95: null, values: [value] };
}

/** As far above 1 as predictions are off. */
function perplexity(of: number): Effect {
  const ratio = Math.exp(of * 0.6);
  return { ratio, ci95: [Math.exp(of * 0.5), Math.exp(of * 0.7)], claim: "more" };
}

/** The types of llama.cpp's ladder, about as the shipped model has them. */
export const ladder: Readonly<Record<string, Rung>> = {
  Q8_0: { mebibytes: 5.77, divergence: 0.00009, tokensPerSecond: 3180 },
  Q6_K: { mebibytes: 4.47, divergence: 0.0006, tokensPerSecond: 3300 },
  Q5_K_M: { mebibytes: 3.87, divergence: 0.0013, tokensPerSecond: 2950 },
  Q5_K_S: { mebibytes: 3.79, divergence: 0.0015, tokensPerSecond: 2940 },
  Q5_0: { mebibytes: 3.8, divergence: 0.0021, tokensPerSecond: 2800 },
  Q4_K_M: { mebibytes: 3.34, divergence: 0.0052, tokensPerSecond: 3805 },
  Q4_K_S: { mebibytes: 3.2, divergence: 0.0061, tokensPerSecond: 3790 },
  Q4_0: { mebibytes: 3.14, divergence: 0.0091, tokensPerSecond: 3820 },
  IQ4_NL: { mebibytes: 3.16, divergence: 0.0065, tokensPerSecond: 3600 },
  IQ4_XS: { mebibytes: 3.02, divergence: 0.0067, tokensPerSecond: 3100 },
  Q3_K_L: { mebibytes: 2.95, divergence: 0.014, tokensPerSecond: 3300 },
  Q3_K_M: { mebibytes: 2.79, divergence: 0.016, tokensPerSecond: 3310 },
  Q3_K_S: { mebibytes: 2.6, divergence: 0.025, tokensPerSecond: 3290 },
  IQ3_M: { mebibytes: 2.72, divergence: 0.017, tokensPerSecond: 2500 },
  IQ3_S: { mebibytes: 2.66, divergence: 0.019, tokensPerSecond: 2480 },
  "IQ3_XS+imatrix": { mebibytes: 2.57, divergence: 0.021, tokensPerSecond: 2470 },
  "IQ3_XXS+imatrix": { mebibytes: 2.45, divergence: 0.031, tokensPerSecond: 2460 },
  Q2_K: { mebibytes: 2.26, divergence: 0.034, tokensPerSecond: 3660 },
  "IQ2_M+imatrix": { mebibytes: 2.24, divergence: 0.05, tokensPerSecond: 2300 },
  "IQ2_S+imatrix": { mebibytes: 2.15, divergence: 0.07, tokensPerSecond: 2290 },
  "IQ2_XS+imatrix": { mebibytes: 2.1, divergence: 0.08, tokensPerSecond: 2280 },
  "IQ2_XXS+imatrix": { mebibytes: 2.0, divergence: 0.12, tokensPerSecond: 2270 },
  "IQ1_M+imatrix": { mebibytes: 1.9, divergence: 0.3, tokensPerSecond: 2100 },
  "IQ1_S+imatrix": { mebibytes: 1.85, divergence: 0.45, tokensPerSecond: 2150 },
};
