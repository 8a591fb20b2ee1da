import { formatModelRef, type PromptComparison, type PromptOutcome } from "@quantlab/core";
import { formatNumber } from "@quantlab/report";
import { formatTable } from "../../frame/table.ts";

/** Each prompt, the total, and the verdict. */
export function promptsText(comparison: PromptComparison): string {
  const { reference, candidate, prompts } = comparison;
  const heading = ["line", "tokens", "divergence", "chosen otherwise", "first at", "there"];
  return [
    `A: ${formatModelRef(reference)}, which answers\nB: ${formatModelRef(candidate)}, scored along A's answers\n\n`,
    formatTable(heading, prompts.map(row)),
    `\n${totalLine(comparison)}\n${verdictLine(comparison)}\n`,
  ].join("");
}

function row(outcome: PromptOutcome): string[] {
  const line = String(outcome.line);
  if (outcome.status !== "compared")
    return [line, "—", "—", "—", "—", `${outcome.status}: ${outcome.reason}`];
  const { tokens, kld, flips, firstDifference: first } = outcome;
  return [
    line,
    String(tokens),
    formatNumber(kld),
    String(flips),
    first ? String(first.token + 1) : "—",
    first ? `${JSON.stringify(first.reference)} → ${JSON.stringify(first.candidate)}` : "",
  ];
}

function totalLine({ total: { prompts, tokens, kld, flips, unchanged } }: PromptComparison): string {
  const percent = (share: number) => formatNumber(share * 100);
  const interval = (ends: readonly [number, number] | null, shown: (value: number) => string) =>
    ends ? ` (95% ${ends.map(shown).join("–")})` : "";
  return (
    `${prompts} prompts, ${tokens} tokens: mean divergence ${formatNumber(kld.value)}` +
    `${interval(kld.ci95, (nats) => formatNumber(nats))} nats; B would have chosen otherwise at ` +
    `${percent(flips.value)}%${interval(flips.ci95, percent)} of the tokens, and nowhere in ${unchanged} of the answers`
  );
}

function verdictLine({
  verdict,
  sameWithin,
  furtherPrompts,
  looks,
  total: { decisive },
}: PromptComparison): string {
  const margin = `${formatNumber(sameWithin * 100)}%`;
  const larger = (nats: number) => `${formatNumber(Math.expm1(nats) * 100)}%`;
  const rests = decisive
    ? ` (by ${decisive.interval.map(larger).join(" to ")}, its ${formatNumber(decisive.level * 100, 4)}% interval at look ${looks.taken} of ${looks.planned})`
    : "";
  const about = "B's perplexity on what A says is";
  if (verdict === "same") return `the same: ${about} surely less than ${margin} larger${rests}`;
  if (verdict === "differs") return `differs: ${about} surely more than ${margin} larger${rests}`;
  const more =
    furtherPrompts === null
      ? "no number of prompts would tell"
      : `about ${furtherPrompts} more prompts would tell`;
  return `undecided: whether ${about} more or less than ${margin} larger was not shown${rests}; ${more}`;
}
