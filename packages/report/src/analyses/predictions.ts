import { modelSlug, type Result } from "@quantlab/core";
import {
  coverage,
  type HeldOut,
  heldOut,
  type Interval,
  isCovered,
  type Learner,
  memory,
  type Observation,
  observationsOf,
  speed,
  usualMemory,
  usualSpeed,
} from "@quantlab/fit";
import { median } from "d3-array";
import type { BarChart } from "../charts/chart-spec.ts";
import { inlineText, paragraphs, table } from "../markdown.ts";
import { formatNumber, formatWithInterval, listed } from "../numbers.ts";
import type { Analysis } from "./analysis.ts";

/** A quantity that is predicted, as people read it. */
interface Quantity {
  readonly name: string;
  readonly noun: string;
  readonly unit: string;
  readonly scale: number;
  readonly learner: Learner;
  /** What is worked out without a simulation or a fit. */
  readonly usual: (observation: Observation) => number | null;
  /** How far off is near enough. */
  readonly near: number;
}

const quantities: readonly Quantity[] = [
  {
    name: "memory",
    noun: "memory",
    unit: "MiB",
    scale: 2 ** -20,
    learner: memory,
    usual: usualMemory,
    near: 0.05,
  },
  {
    name: "decode",
    noun: "decode speed",
    unit: "tok/s",
    scale: 1,
    learner: speed,
    usual: usualSpeed,
    near: 0.1,
  },
];

/**
 * What was predicted before loading, held against what was measured, each shape predicted from the other shapes alone; the usual
 * formula stands beside it. Needs results of two models or more of one machine.
 */
export const predictions: Analysis = {
  together: {
    text(results) {
      const observations = observationsOf(results);
      const parts = quantities.map((quantity) => quantityPart(quantity, observations));
      return paragraphs("## Predicted before loading", ...parts);
    },
    charts(results) {
      const observations = observationsOf(results);
      return quantities.flatMap((quantity) => errorChart(quantity, observations, results[0]!) ?? []);
    },
  },
};

function quantityPart(quantity: Quantity, observations: readonly Observation[]): string {
  const { noun, unit, learner, near } = quantity;
  const cases = heldOut(learner, observations);
  if (cases.length === 0)
    return `**${capital(noun)}.** Nothing can be held out yet: it takes runs of two models on one machine that tell of it.`;
  const within = cases.filter((each) => Math.abs(offBy(each)) <= near).length;
  const held = coverage(cases);
  const judged = cases.filter(({ interval }) => interval !== null);
  const unpredicted = [
    ...new Set(observations.map(({ shape }) => shape).filter((shape) => !cases.some((each) => each.observation.shape === shape))),
  ];
  return paragraphs(
    `**${capital(noun)}.** Each model is predicted from the others alone. Of ${cases.length} predictions ${within} lie within ${near * 100}% of what was measured; half of them within ${percent(median(cases, (each) => Math.abs(offBy(each)))!)}.${
      held === null
        ? " They have no interval: that takes three models."
        : ` The 90% intervals held ${judged.filter(isCovered).length} of ${judged.length}, ${percent(held)}.`
    }`,
    table(
      ["", "predictions", `within ${near * 100}%`, "off by, median", "off by, most", "held by the 90% interval", "usual formula off by, median", "usual formula off by, most"],
      byShape(cases).map(([shape, own]) => shapeRow(quantity, shape, own)),
    ),
    unpredicted.length > 0
      ? `Not predicted: ${inlineText(listed(unpredicted))}. ${inlineText(reasonNone(quantity))}`
      : null,
    foldedRows(quantity, cases, unit),
  );
}

function foldedRows(quantity: Quantity, cases: readonly HeldOut[], unit: string): string {
  const rows = cases.map((each) => {
    const { observation, measured, predicted, interval } = each;
    const usual = quantity.usual(observation);
    return [
      `${inlineText(observation.shape)}, ${inlineText(observation.arm)}`,
      scaled(quantity, measured, null),
      scaled(quantity, predicted, interval),
      signed(offBy(each)),
      usual === null ? "—" : scaled(quantity, usual, null),
      usual === null ? "—" : signed(usual / measured - 1),
    ];
  });
  const head = ["", `measured, ${unit}`, `predicted (90%), ${unit}`, "off by", `usual formula, ${unit}`, "off by"];
  return `<details>\n<summary>Every prediction of ${quantity.noun}</summary>\n\n${table(head, rows)}\n\n</details>`;
}

function shapeRow(quantity: Quantity, shape: string, cases: readonly HeldOut[]): string[] {
  const off = cases.map((each) => Math.abs(offBy(each)));
  const usual = usualErrors(quantity, cases);
  const judged = cases.filter(({ interval }) => interval !== null);
  return [
    inlineText(shape),
    String(cases.length),
    String(off.filter((share) => share <= quantity.near).length),
    percent(median(off)!),
    percent(Math.max(...off)),
    judged.length > 0 ? `${judged.filter(isCovered).length} of ${judged.length}` : "—",
    usual.length > 0 ? percent(median(usual)!) : "—",
    usual.length > 0 ? percent(Math.max(...usual)) : "—",
  ];
}

function errorChart(quantity: Quantity, observations: readonly Observation[], { host }: Result): BarChart | null {
  const cases = heldOut(quantity.learner, observations);
  if (cases.length === 0) return null;
  const rows = byShape(cases).flatMap(([shape, own]) => {
    const ours = Math.max(...own.map((each) => Math.abs(offBy(each)))) * 100;
    const usual = Math.max(0, ...usualErrors(quantity, own)) * 100;
    return [
      { arm: shape, about: "predicted from the others", baseline: false, value: ours, ci95: null, text: `${formatNumber(ours, 2)}%` },
      { arm: shape, about: "usual formula", baseline: true, value: usual, ci95: null, text: `${formatNumber(usual, 2)}%` },
    ];
  });
  const title = `Largest error of predicted ${quantity.noun}, %`;
  const words = rows.map(({ arm, about, text }) => `${arm}, ${about}: ${text}`).join("; ");
  return {
    kind: "bars",
    name: `predicted-${modelSlug(quantity.name)}`,
    title,
    subtitle: `${host.cpu}; each model predicted from the other models alone; shorter is better`,
    alt: `${title}: ${words}.`,
    logarithmic: false,
    rows,
  };
}

function reasonNone({ name }: Quantity): string {
  return name === "decode"
    ? "Their weights are so few that the processor's caches hold them, and nothing is learnt of how fast those are."
    : "Their memory was not measured.";
}

const offBy = ({ predicted, measured }: HeldOut): number => predicted / measured - 1;

function usualErrors({ usual }: Quantity, cases: readonly HeldOut[]): number[] {
  return cases.flatMap(({ observation, measured }) => {
    const value = usual(observation);
    return value === null ? [] : [Math.abs(value / measured - 1)];
  });
}

const byShape = (cases: readonly HeldOut[]) => [
  ...Map.groupBy(cases, ({ observation }) => observation.shape),
];

const scaled = ({ scale }: Quantity, value: number, interval: Interval | null) =>
  formatWithInterval(value * scale, interval && [interval[0] * scale, interval[1] * scale]);

const percent = (share: number) => `${formatNumber(share * 100, 2)}%`;
const signed = (share: number) => `${share < 0 ? "−" : "+"}${formatNumber(Math.abs(share) * 100, 2)}%`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
