import type { Result } from "@quantlab/core";
import { goesDown } from "./arm-table.ts";
import { arrange, newestFirst } from "./arrangement.ts";
import { chartMarkup } from "./charts/chart-markup.ts";
import { effectsTable } from "./effects-table.ts";
import { expectedLossTable } from "./expected-loss-table.ts";
import { finding } from "./finding.ts";
import { hostLine } from "./host-line.ts";
import { code, folded, inlineText, paragraphs } from "./markdown.ts";
import { metricsTable } from "./metrics-table.ts";
import { formatTime } from "./numbers.ts";
import { protocolLine } from "./protocol-line.ts";
import { publishedFor, publishedLossesFor } from "./published-figures.ts";
import { publishedTable } from "./published-table.ts";
import { sampleOutputs } from "./samples.ts";
import { tasksTable } from "./tasks-table.ts";

export interface SectionInput {
  readonly experiment: string;
  readonly question: string;
  readonly results: Iterable<Result>;
  /** The root package.json's `packageManager`: "pnpm@12.21.0". */
  readonly packageManager: string;
}

/** The results section of an experiment's README: a pure function of its results and the published figures. */
export function readmeSection({ experiment, question, results, packageManager }: SectionInput): string {
  const all = [...results];
  const arranged = arrange(all);
  const repeat = repeatPart(experiment, packageManager, all);
  const published = publishedPart(experiment, all);
  if (!arranged) {
    const empty = "No full run is kept here yet.";
    return paragraphs("## Results", `**Question.** ${inlineText(question)}`, empty, published, repeat);
  }
  const { first, sameHost, otherHosts } = arranged;
  return paragraphs(
    "## Results",
    `**Question.** ${inlineText(question)}`,
    resultPart(first, true),
    ...sameHost.map((result) => paragraphs(`## ${modelHeading(result)}`, resultPart(result, true))),
    otherHosts.length > 0 ? "## Other machines" : null,
    ...otherHosts.map((ofHost) =>
      folded(
        hostSummary(ofHost),
        paragraphs(
          ...ofHost.map((result) => paragraphs(`### ${modelHeading(result)}`, resultPart(result, false))),
        ),
      ),
    ),
    published,
    repeat,
  );
}

function resultPart(result: Result, charts: boolean): string {
  const tasks = tasksTable(result);
  const effects = effectsTable(result);
  return paragraphs(
    `**Finding.** ${inlineText(finding(result))}`,
    hostLine(result),
    metricsTable(result),
    effects && effectsPart(result, effects),
    tasks && paragraphs("**Tasks:**", tasks),
    charts ? chartMarkup(result) : null,
    sampleOutputs(result),
    `**How it was measured.** ${protocolLine(result)}`,
  );
}

/** Ratios of many arms repeat what the table above and the charts show: for those who want them. */
function effectsPart(result: Result, effects: string): string {
  return goesDown(Object.keys(result.effects).length)
    ? folded(`Every arm against ${result.baseline}, as ratios`, effects)
    : paragraphs(`**Against ${code(result.baseline)}:**`, effects);
}

function modelHeading({ model, synthetic }: Result): string {
  return synthetic
    ? `At real size: ${inlineText(model)} (random weights: speed and memory only)`
    : inlineText(model);
}

function hostSummary(results: readonly Result[]): string {
  const { host, startedAt } = results[0]!;
  return `${host.cpu}, ${host.cores} cores, ${host.os} (${formatTime(startedAt)})`;
}

/** Published figures beside the newest run at the size of the model that their source names. */
function publishedPart(experiment: string, results: readonly Result[]): string | null {
  const published = publishedFor(experiment);
  const losses = publishedLossesFor(experiment);
  if (losses) return paragraphs("## Published figures", expectedLossTable(losses, realWeights(results)));
  if (!published) return null;
  const ordered = [...results].sort(newestFirst);
  const sameSize = ordered.find(({ model }) => published.source.toLowerCase().includes(bareName(model)));
  return paragraphs("## Published figures", publishedTable(published, sameSize ?? null));
}

/** The result that stands first in the README, if its weights are no random ones. */
function realWeights(results: readonly Result[]): Result | null {
  const first = arrange(results)?.first;
  return first && !first.synthetic ? first : null;
}

/** "synthetic/qwen2.5-0.5b" → "qwen2.5-0.5b". */
function bareName(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}

function repeatPart(experiment: string, packageManager: string, results: readonly Result[]): string {
  const start = `npx -y ${packageManager} --filter ${experiment} start`;
  const models = [...new Set(results.map(({ model }) => model).filter((model) => model !== "sprout"))].sort();
  const shown = models.length > 0 ? models : ["synthetic/qwen2.5-0.5b"];
  const lines = [start, ...shown.map((model) => `${start} --model ${model}`)];
  return paragraphs(
    "## Repeat it",
    `\`\`\`sh\n${lines.join("\n")}\n\`\`\``,
    "Your machine's results are added beside these; `--quick` takes a first look and keeps nothing.",
  );
}
