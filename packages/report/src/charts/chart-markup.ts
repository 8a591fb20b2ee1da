import type { NamedAnalysis, Result } from "@quantlab/core";
import { htmlText } from "../markdown.ts";
import { chartSpecs } from "./chart-specs.ts";

export type ThemeName = "light" | "dark";

/** Where a chart lies, from the experiment's folder. */
export function chartFile(name: string, theme: ThemeName): string {
  return `charts/${name}-${theme}.svg`;
}

/** The result's charts as pictures that follow the reader's colour scheme. */
export function chartMarkup(result: Result, analyses: readonly NamedAnalysis[]): string {
  return chartSpecs(result, analyses)
    .map(
      ({ name, alt }) =>
        `<picture>\n  <source media="(prefers-color-scheme: dark)" srcset="${chartFile(name, "dark")}">\n  <img alt="${htmlText(alt)}" src="${chartFile(name, "light")}" width="800">\n</picture>`,
    )
    .join("\n\n");
}
