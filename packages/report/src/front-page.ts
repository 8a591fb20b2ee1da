import type { NamedAnalysis, Result } from "@quantlab/core";
import { chartPictures } from "./charts/chart-markup.ts";
import { briefFinding } from "./finding.ts";
import { briefHostLine } from "./host-line.ts";
import { inlineText, paragraphs } from "./markdown.ts";
import { modelLine } from "./model-line.ts";

/** A result and its chart for the repository's own README, from which `folder` leads to the experiment. */
export function frontPage(result: Result, analyses: readonly NamedAnalysis[], folder: string): string {
  return paragraphs(
    `**[${inlineText(result.question)}](${folder}/README.md)** ${inlineText(briefFinding(result, analyses))}`,
    chartPictures(result, analyses, folder).lead,
    `Model: ${modelLine(result)} ${briefHostLine(result)}`,
  );
}
