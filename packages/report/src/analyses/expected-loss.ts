import { type Effect, type NamedAnalysis, quantizationFacts, type Result } from "@quantlab/core";
import { weightsOf } from "../arm-titles.ts";
import { code, inlineText, paragraphs, table } from "../markdown.ts";
import { formatNumber } from "../numbers.ts";
import { type ExpectedLoss, publishedLosses } from "../published-figures.ts";
import { type Analysis, metricOf } from "./analysis.ts";

/** The lab's columns, by the settings that name their metrics, and whether what they lose is above the baseline's or below. */
const columns = [
  { setting: "size", title: "size, −%", cell: ({ ratio }: Effect) => formatNumber((1 - ratio) * 100) },
  { setting: "loss", title: "perplexity, +%", cell: (effect: Effect) => percent(effect, 1) },
  { setting: "skill", title: "accuracy, −%", cell: (effect: Effect) => percent(effect, -1) },
] as const;

/**
 * What others say that a type loses, beside what this lab measured; columns say which is which. Settings: `size`,
 * `loss`, `skill`.
 */
export const expectedLoss: Analysis = {
  published(result, named) {
    const { expected, measured } = publishedLosses();
    const ours = Object.entries(result?.arms ?? {}).filter(([, arm]) => arm.status === "measured");
    const types = result ? ours.map(([, arm]) => weightsOf(arm)) : expected.rows.map(({ format }) => format);
    const rows = types.flatMap((quantization, index) => {
      const { type, calibrated } = quantizationFacts(quantization);
      const range = calibrated ? undefined : rowOf(expected.rows, type);
      const figure = calibrated ? undefined : measured.rows.find(({ format }) => format === type);
      if (!range && !figure) return [];
      const own = result ? ownCells(result, ours[index]![0], named) : [];
      return [[inlineText(quantization), ...theirCells(range), increase(figure), ...own]];
    });
    const head = [
      "",
      ...["size, −%", "perplexity, +%", "MMLU, −%", "impact"].map((name) => `published¹<br>${name}`),
      "published²<br>perplexity, +",
      ...(result ? columns.map(({ title }) => `this lab<br>${title}`) : []),
    ];
    return paragraphs(
      table(head, rows),
      `¹ ${inlineText(expected.source)}. A row of theirs without a suffix stands beside each of its types.<br>\n² ${inlineText(measured.source)}.`,
      result
        ? `This lab's columns are its own run of ${code(result.model)} on its own text and tasks, each against ${code(result.baseline)} with the 95% interval: another model, another text, other tasks.`
        : "This lab has no run of a model with real weights yet.",
    );
  },
};

/** The row of exactly this type, or of its family: "Q5_K" for "Q5_K_M". */
function rowOf(rows: readonly ExpectedLoss[], type: string): ExpectedLoss | undefined {
  return (
    rows.find(({ format }) => format === type) ?? rows.find(({ format }) => type.startsWith(`${format}_`))
  );
}

function theirCells(row: ExpectedLoss | undefined): string[] {
  if (!row) return ["—", "—", "—", "—"];
  return [
    formatNumber(row.sizeReduction * 100),
    range(row.perplexityIncreasePercent),
    range(row.mmluReductionPercent),
    inlineText(row.impact),
  ];
}

function range(ends: readonly [number, number] | null): string {
  if (!ends) return "—";
  return ends[0] === ends[1] ? String(ends[0]) : `${ends[0]}–${ends[1]}`;
}

function increase(row: { readonly increase: number } | undefined): string {
  return row ? String(row.increase) : "—";
}

function ownCells(result: Result, arm: string, named: NamedAnalysis): string[] {
  return columns.map(({ setting, cell }) => {
    if (arm === result.baseline) return "0";
    const effect = result.effects[arm]?.[metricOf(named, setting).name];
    return effect ? cell(effect) : "—";
  });
}

/** "1.72 (1.58–1.86)": by how many percent a ratio is above 1, or below it for the sign −1. */
function percent({ ratio, ci95 }: Effect, sign: 1 | -1): string {
  const away = (value: number) => ((value - 1) * sign * 100).toFixed(2).replace(/^-(0\.00)$/, "$1");
  const [low, high] = sign > 0 ? ci95 : [ci95[1], ci95[0]];
  return `${away(ratio)} (${away(low)} to ${away(high)})`;
}
