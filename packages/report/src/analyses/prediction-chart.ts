import type { Result } from "@quantlab/core";
import { heldOut, type Observation } from "@quantlab/fit";
import type { BarChart } from "../charts/chart-spec.ts";
import { byShape, offBy, percent, type Quantity, usualErrors } from "./prediction-quantities.ts";

/** For each model the largest error of its predictions from the others, and of the usual formula; null where nothing is held out. */
export function predictionChart(
  quantity: Quantity,
  observations: readonly Observation[],
  { host }: Result,
): BarChart | null {
  const rows = byShape(heldOut(quantity.learner, observations)).flatMap(([shape, own]) => [
    row(
      shape,
      "predicted from the others",
      own.map((each) => Math.abs(offBy(each))),
    ),
    row(shape, "usual formula", usualErrors(quantity, own)),
  ]);
  if (rows.length === 0) return null;
  const title = `Largest error of predicted ${quantity.noun}, %`;
  return {
    kind: "bars",
    name: `predicted-${quantity.name}`,
    title,
    subtitle: `${host.cpu}; each model predicted from the other models alone; shorter is better`,
    alt: `${title}: ${rows.map(({ arm, about, text }) => `${arm}, ${about}: ${text}`).join("; ")}.`,
    logarithmic: false,
    rows,
  };
}

function row(arm: string, about: string, shares: readonly number[]) {
  const most = Math.max(0, ...shares);
  return { arm, about, baseline: false, value: most * 100, ci95: null, text: percent(most) };
}
