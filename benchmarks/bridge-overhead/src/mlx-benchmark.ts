import { EngineError } from "@quantlab/core";
import type { Shape, Speeds } from "./shape.ts";

/**
 * The trials that `mlx_lm.benchmark` prints: "Trial 1:  prompt_tps=512.306, generation_tps=180.211, …". It divides all
 * tokens by the time since the first one; one fewer were made in it.
 */
export function parseMlxBenchmark(stdout: string, { newTokens, repetitions }: Shape): Speeds {
  const trials = [...stdout.matchAll(/^Trial \d+: +prompt_tps=([\d.]+), generation_tps=([\d.]+)/gm)];
  if (trials.length !== repetitions) {
    throw new EngineError(
      "mlx_lm.benchmark",
      `it told of ${trials.length} trials, not ${repetitions}: ${stdout.slice(-200)}`,
    );
  }
  return {
    promptTps: trials.map(([, prompt]) => Number(prompt)),
    decodeTps: trials.map(([, , decode]) => (Number(decode) * (newTokens - 1)) / newTokens),
  };
}
