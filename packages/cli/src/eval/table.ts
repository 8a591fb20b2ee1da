import type { ChoiceMetrics, Evaluation, Metric } from "@quantlab/core";
import { formatTable } from "../frame/table.ts";

const heading = ["task", "items", "accuracy", "of the sum", "per character", "flips", "chance"];

/** Shares in percent with their intervals, and in words what they are. */
export function evaluationTable(evaluation: Evaluation): string {
  const { tasks, metrics, reference, model, harness, brokenOff } = evaluation;
  const rows = Object.entries(tasks).map(([name, task]) => [
    name,
    String(task.items),
    ...cells(task),
    percent(task.chance),
  ]);
  const choices = Object.values(tasks).filter(({ kind }) => kind === "multiple-choice");
  const items = choices.reduce((total, task) => total + task.items, 0);
  if (choices.length > 1) rows.push(["all choices", String(items), ...cells(metrics), ""]);
  return [
    formatTable(heading, rows),
    "\n% with Wilson's 95% interval. Accuracy compares choices by their likelihood a token; of the sum by the whole\n",
    "likelihood (acc of lm-evaluation-harness); per character by that a character (its acc_norm).",
    reference
      ? ` Flips are answers that\nchanged between right and wrong against ${reference.id}:${reference.quantization}.\n`
      : " --reference counts flips.\n",
    model.synthetic ? "The weights are random, so quality means nothing.\n" : "",
    harness ? `Asked and judged by ${harness.name} ${harness.version}.\n` : "",
    brokenOff === undefined ? "" : `Broken off: these are the answers up to then. ${brokenOff}\n`,
  ].join("");
}

const cells = ({ accuracy, accuracyOfSum, accuracyPerCharacter, flips }: ChoiceMetrics) =>
  [accuracy, accuracyOfSum, accuracyPerCharacter, flips].map(formatShare);

function formatShare(metric: Metric): string {
  if (metric.value === null) return "–";
  const [low, high] = metric.ci95 ?? [metric.value, metric.value];
  return `${percent(metric.value)} (${percent(low)}–${percent(high)})`;
}

const percent = (share: number | null) => (share === null ? "–" : (share * 100).toFixed(1));
