import type { GenerateTrace } from "@quantlab/core";
import type { GenerateResult } from "./generate.ts";

/** Under the names of the metrics: milliseconds and tokens per second; null where there is too little to measure. */
export interface Timings {
  readonly loadMs: number | null;
  /** First token − request. */
  readonly ttftMs: number | null;
  /** Prompt tokens ÷ time of the prompt pass. */
  readonly prefillTps: number | null;
  /** (N − 1) ÷ (t_N − t_1). */
  readonly decodeTps: number | null;
  /** Last token − request. */
  readonly totalMs: number | null;
}

export function timingsOf({ engine, trace }: Pick<GenerateResult, "engine" | "trace">): Timings {
  const loadMs = engine.startup?.modelMs ?? null;
  const { startedAtMs, promptDoneAtMs, promptTokens, tokenAtMs }: GenerateTrace = trace;
  const [first, last] = [tokenAtMs[0], tokenAtMs.at(-1)];
  if (first === undefined || last === undefined)
    return { loadMs, ttftMs: null, prefillTps: null, decodeTps: null, totalMs: null };
  return {
    loadMs,
    ttftMs: first - startedAtMs,
    prefillTps: promptDoneAtMs === null ? null : perSecond(promptTokens, promptDoneAtMs - startedAtMs),
    decodeTps: perSecond(tokenAtMs.length - 1, last - first),
    totalMs: last - startedAtMs,
  };
}

const perSecond = (tokens: number, ms: number) => (tokens > 0 && ms > 0 ? (tokens / ms) * 1000 : null);

/** One line for people: "11 prompt tokens, prefill 950 tok/s, first token after 12 ms; 80 tokens, decode 1210 tok/s". */
export function formatTimings(timings: Timings, trace: GenerateTrace): string {
  const rate = (value: number | null) => (value === null ? "not measured" : `${value.toFixed(1)} tok/s`);
  const time = (value: number | null) => (value === null ? "not measured" : `${value.toFixed(1)} ms`);
  return [
    `load ${time(timings.loadMs)}`,
    `${trace.promptTokens} prompt tokens, prefill ${rate(timings.prefillTps)}, first token after ${time(timings.ttftMs)}`,
    `${trace.tokenAtMs.length} new tokens, decode ${rate(timings.decodeTps)}`,
  ].join(" | ");
}
