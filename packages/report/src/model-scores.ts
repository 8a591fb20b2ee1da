import type { Effect, Result } from "@quantlab/core";
import { hostLine } from "./host-line.ts";
import { inlineText, paragraphs, table } from "./markdown.ts";
import { formatMetric } from "./metric-display.ts";
import { formatNumber, formatRatio, formatWithInterval } from "./numbers.ts";

/**
 * The scores section of a model's README: quantizations down, perplexity, its paired ratio to the baseline, and the
 * accuracy of every task across. `result` is an ordinary one whose arms are quantizations of the model.
 */
export function modelScoresSection(result: Result): string {
  const arms = Object.entries(result.arms);
  const tasks = [...new Set(arms.flatMap(([, arm]) => Object.keys(arm.tasks)))];
  const base = result.arms[result.baseline]?.quantization ?? result.baseline;
  const taskHead = tasks.map((task) => `${inlineText(task)}<br>${taskNote(result, task)}`);
  const rows = arms.map(([name, { quantization, metrics, tasks: scores }]) => [
    inlineText(quantization),
    (metrics.perplexity && formatMetric("perplexity", metrics.perplexity)) ?? "—",
    name === result.baseline ? "1" : ratioCell(result.effects[name]?.perplexity),
    ...tasks.map((task) => {
      const score = scores[task];
      if (!score || score.value === null) return "—";
      return formatWithInterval(score.value * 100, score.ci95 && [score.ci95[0] * 100, score.ci95[1] * 100]);
    }),
  ]);
  return paragraphs(
    table(["", "Perplexity", `÷ ${inlineText(base)}`, ...taskHead], rows),
    `Perplexity of the test text, lower is better, with an interval bootstrapped over chunks; its ratio to ${inlineText(base)} is paired by chunk. Tasks: % right with Wilson's 95% interval, over held-out questions unless the name says taught.`,
    reasons(result),
    hostLine(result),
  );
}

function taskNote(result: Result, task: string): string {
  const about = result.tasks[task];
  if (!about) return "";
  return about.chance === null
    ? `n = ${about.items}`
    : `n = ${about.items}, chance ${formatNumber(about.chance * 100)}`;
}

function ratioCell(effect: Effect | undefined): string {
  if (!effect) return "—";
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  return interval ? `${ratio} (${interval})` : ratio;
}

/** Why a quantization has no perplexity, a line each. */
function reasons(result: Result): string {
  return Object.values(result.arms)
    .flatMap(({ quantization, metrics }) => {
      const { perplexity } = metrics;
      return perplexity?.value === null
        ? [`- ${inlineText(quantization)} has no perplexity: ${inlineText(perplexity.reason)}`]
        : [];
    })
    .join("\n");
}
