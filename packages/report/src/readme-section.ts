import type { NamedAnalysis, Result } from "@quantlab/core";
import { analysed } from "./analyses/list.ts";
import { goesDown } from "./arm-table.ts";
import { arrange, newestFirst } from "./arrangement.ts";
import { chartMarkup } from "./charts/chart-markup.ts";
import { effectsTable } from "./effects-table.ts";
import { finding } from "./finding.ts";
import { coresText, hostLine } from "./host-line.ts";
import { code, folded, inlineText, paragraphs } from "./markdown.ts";
import { metricsTable } from "./metrics-table.ts";
import { formatTime } from "./numbers.ts";
import { protocolLine } from "./protocol-line.ts";
import { publishedFor } from "./published-figures.ts";
import { publishedTable } from "./published-table.ts";
import { sampleOutputs } from "./samples.ts";
import { tasksTable } from "./tasks-table.ts";

export interface SectionInput {
  readonly experiment: string;
  readonly question: string;
  readonly results: Iterable<Result>;
  readonly analyses?: readonly NamedAnalysis[];
  /** The model of the experiment's arms, whose result stands first. */
  readonly model: string;
  /** The root package.json's `packageManager`: "pnpm@12.21.0". */
  readonly packageManager: string;
}

/** The results section of an experiment's README: a pure function of its results and the published figures. */
export function readmeSection(input: SectionInput): string {
  const { question, analyses = [], model } = input;
  const arranged = arrange(input.results, model);
  const head = paragraphs("## Results", `**Question.** ${inlineText(question)}`);
  const tail = paragraphs(publishedPart(input, arranged?.first ?? null), repeatPart(input));
  if (!arranged) return paragraphs(head, "No full run is kept here yet.", tail);
  const { first, sameHost, otherHosts } = arranged;
  const part = (result: Result) => resultPart(result, analyses, chartMarkup(result, analyses));
  return paragraphs(
    head,
    part(first),
    ...sameHost.map((result) => paragraphs(`## ${modelHeading(result)}`, part(result))),
    otherHosts.length > 0 ? "## Other machines" : null,
    ...otherHosts.map((ofHost) =>
      folded(
        hostSummary(ofHost),
        paragraphs(
          ...ofHost.map((result) => paragraphs(`### ${modelHeading(result)}`, resultPart(result, analyses))),
        ),
      ),
    ),
    tail,
  );
}

function resultPart(
  result: Result,
  analyses: readonly NamedAnalysis[],
  charts: string | null = null,
): string {
  return paragraphs(
    `**Finding.** ${inlineText(finding(result, analyses))}`,
    hostLine(result),
    resultTables(result),
    charts,
    sampleOutputs(result),
    `**How it was measured.** ${protocolLine(result)}`,
  );
}

/** Every figure of a result as Markdown: values, ratios to the baseline, tasks. */
export function resultTables(result: Result): string {
  const tasks = tasksTable(result);
  const effects = effectsTable(result);
  return paragraphs(
    metricsTable(result),
    effects && effectsPart(result, effects),
    tasks && paragraphs("**Tasks:**", tasks),
  );
}

/** Ratios of many arms repeat what the table above and the charts show: for those who want them. */
function effectsPart(result: Result, effects: string): string {
  const rivals = Object.values(result.arms).some(({ against }) => against !== undefined);
  return goesDown(Object.keys(result.effects).length)
    ? folded(`Every arm against ${result.baseline}, as ratios`, effects)
    : paragraphs(
        `**Against ${code(result.baseline)}${rivals ? ", or the arm that is named" : ""}:**`,
        effects,
      );
}

function modelHeading({ model, synthetic }: Result): string {
  return synthetic
    ? `At real size: ${inlineText(model)} (random weights: speed and memory only)`
    : inlineText(model);
}

function hostSummary(results: readonly Result[]): string {
  const { host, startedAt } = results[0]!;
  return `${host.cpu}, ${coresText(host)}, ${host.os} (${formatTime(startedAt)})`;
}

/** What an analysis shows beside `first`, or figures beside the newest run at the size of the model that their source names. */
function publishedPart(
  { experiment, results, analyses = [] }: SectionInput,
  first: Result | null,
): string | null {
  const told = analysed("published", first && !first.synthetic ? first : null, analyses);
  if (told.length > 0) return paragraphs("## Published figures", ...told);
  const published = publishedFor(experiment);
  if (!published) return null;
  const ordered = [...results].sort(newestFirst);
  const sameSize = ordered.find(({ model }) => published.source.toLowerCase().includes(bareName(model)));
  return paragraphs("## Published figures", publishedTable(published, sameSize ?? null));
}

/** Without the folder before it. */
function bareName(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}

function repeatPart({ experiment, results, model: own, packageManager }: SectionInput): string {
  const start = `npx -y ${packageManager} --filter ${experiment} start`;
  const others = new Set([...results].map(({ model }) => model).filter((model) => model !== own));
  const lines = [start, ...[...others].sort().map((model) => `${start} --model ${model}`)];
  return paragraphs(
    "## Repeat it",
    `\`\`\`sh\n${lines.join("\n")}\n\`\`\``,
    "Your machine's results are added beside these; `--quick` takes a first look and keeps nothing, `--model` takes another model that `lab models list` names.",
  );
}
