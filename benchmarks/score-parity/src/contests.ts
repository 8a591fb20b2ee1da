import { fullTypes } from "@quantlab/core";
import { basePass, divergenceContest } from "./divergence-contest.ts";
import { importanceContest } from "./importance-contest.ts";
import { perplexityContest } from "./perplexity-contest.ts";
import type { Plan } from "./plan.ts";
import { quantizeContest } from "./quantize-contest.ts";
import type { Findings } from "./result.ts";
import type { Setting } from "./setting.ts";

/**
 * Everything that is held against the peers for one model. `matrix` is what files are quantized with on both sides; with
 * null there are none, and matrices are not compared either.
 */
export function contestsOf(setting: Setting, plan: Plan, matrix: string | null) {
  const base = basePass(setting);
  const perplexities = plan.scored.map((type) => perplexityContest(type, setting));
  const divergences = plan.scored.map((type) => divergenceContest(type, base, setting));
  const quantizations = plan.quantized.flatMap((type) =>
    // Nothing is rounded by importance in full weights, and the lab says so.
    (matrix === null || fullTypes.includes(type) ? [null] : [null, matrix]).map((given) =>
      quantizeContest(type, given, plan.quantizeRunsPerRound, setting),
    ),
  );
  const importance = matrix === null ? [] : [importanceContest(setting)];
  return {
    all: [...perplexities, ...divergences, ...quantizations, ...importance],
    findings: async (): Promise<Findings> => ({
      perplexities: perplexities.map((each) => each.finding()),
      divergences: await Promise.all(divergences.map((each) => each.finding())),
      quantizations: quantizations.map((each) => each.finding()),
      importance: importance[0]?.finding() ?? null,
    }),
  };
}
