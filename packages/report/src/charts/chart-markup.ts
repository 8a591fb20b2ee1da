import type { NamedAnalysis, Result } from "@quantlab/core";
import { htmlText } from "../markdown.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { chartSpecs } from "./chart-specs.ts";

export type ThemeName = "light" | "dark";

/** Where a chart lies, from the experiment's folder. */
export function chartFile(name: string, theme: ThemeName): string {
  return `charts/${name}-${theme}.svg`;
}

export interface ChartPictures {
  /** The one that answers the question: the first of an analysis, or else the first bars. */
  readonly lead: string;
  readonly others: string;
}

/** The result's charts as pictures that follow the reader's colour scheme; `folder` leads from the page to the experiment's. */
export function chartPictures(
  result: Result,
  analyses: readonly NamedAnalysis[],
  folder = ".",
): ChartPictures {
  const specs = chartSpecs(result, analyses);
  const lead = specs.find(({ kind }) => kind !== "bars") ?? specs[0];
  const from = folder === "." ? "" : `${folder}/`;
  return {
    lead: lead ? picture(lead, from) : "",
    others: specs
      .filter((spec) => spec !== lead)
      .map((spec) => picture(spec, from))
      .join("\n\n"),
  };
}

/** A chart as a picture; `from` leads from the page to the experiment's folder. */
export function picture({ name, alt }: ChartSpec, from = ""): string {
  return `<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="${from}${chartFile(name, "dark")}">\n  <img alt="${htmlText(alt)}" src="${from}${chartFile(name, "light")}" width="800">\n</picture>`;
}
