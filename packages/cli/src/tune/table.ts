import { formatNumber } from "@quantlab/report";
import { formatTable } from "../frame/table.ts";
import type { Outcome, PointEffect } from "./judgement.ts";
import type { Decision } from "./search.ts";

const said = {
  better: "yes",
  slower: "no",
  "not faster": "no",
  undecided: "no",
  drifted: "not measured",
  refused: "not possible",
} as const;

/** A row for each candidate: what it did to each phase, from its worst point to its best, and what came of it. */
export function decisionTable(decisions: readonly Decision[]): string {
  return formatTable(
    ["setting", "tried", "prefill", "decode", "taken", "why"],
    decisions.map(({ pair, outcome, verdict }) => [
      pair.setting,
      pair.label,
      spanOf(outcome, "prefill"),
      spanOf(outcome, "decode"),
      pair.purpose === "confirmation" && verdict.is === "better" ? "kept" : said[verdict.is],
      verdict.why,
    ]),
  );
}

/** "0.98–1.21×", over the covered points. */
function spanOf(outcome: Outcome, phase: PointEffect["phase"]): string {
  if (outcome.kind !== "measured") return "—";
  const ratios = outcome.effects.filter((each) => each.phase === phase).map(({ effect }) => effect.ratio);
  if (ratios.length === 0) return "—";
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => formatNumber(ratio));
  return least === most ? `${least}×` : `${least}–${most}×`;
}
