import type { Effect, MetricHandle, Result } from "@quantlab/core";
import { weightsOf } from "../arm-titles.ts";
import { hostLine } from "../host-line.ts";
import { inlineText, paragraphs, table } from "../markdown.ts";
import { formatMetric } from "../metric-display.ts";
import { formatNumber, formatRatio, formatWithInterval } from "../numbers.ts";
import { type Analysis, metricOf, setting } from "./analysis.ts";

/** The scores of the model `model` in its own `readme`, from the result that stands first. Settings: `loss`, too. */
export const modelCard: Analysis = {
  card(result, named) {
    if (result.model !== setting(named, "model")) return null;
    const text = scoresSection(result, metricOf(named, "loss"));
    return { file: setting(named, "readme"), section: "scores", text };
  },
};

/**
 * Quantizations down, and across the loss, its paired ratio to the baseline, and the accuracy of every task. `result` is
 * an ordinary one whose arms are quantizations of the model.
 */
function scoresSection(result: Result, { name: loss, display }: MetricHandle): string {
  const arms = Object.entries(result.arms);
  const tasks = [...new Set(arms.flatMap(([, arm]) => Object.keys(arm.tasks)))];
  const base = inlineText(weightsOf(result.arms[result.baseline]!));
  const taskHead = tasks.map((task) => `${inlineText(task)}<br>${taskNote(result, task)}`);
  const rows = arms.map(([name, { metrics, tasks: scores, ...arm }]) => [
    inlineText(weightsOf(arm)),
    (metrics[loss] && formatMetric(loss, metrics[loss])) ?? "—",
    name === result.baseline ? "1" : ratioCell(result.effects[name]?.[loss]),
    ...tasks.map((task) => {
      const score = scores[task];
      if (!score || score.value === null) return "—";
      return formatWithInterval(score.value * 100, score.ci95 && [score.ci95[0] * 100, score.ci95[1] * 100]);
    }),
  ]);
  return paragraphs(
    table(["", display.heading, `÷ ${base}`, ...taskHead], rows),
    `${display.heading} of the test text, lower is better, with an interval bootstrapped over chunks; its ratio to ${base} is paired by chunk. Tasks: % right with Wilson's 95% interval, over held-out questions unless the name says taught.`,
    reasons(result, loss, display.noun),
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

/** Why a quantization has no loss, a line each. */
function reasons(result: Result, loss: string, noun: string): string {
  return Object.values(result.arms)
    .flatMap((arm) => {
      const metric = arm.metrics[loss];
      return metric?.value === null
        ? [`- ${inlineText(weightsOf(arm))} has no ${noun}: ${inlineText(metric.reason)}`]
        : [];
    })
    .join("\n");
}
