import type { NamedAnalysis, Result } from "@quantlab/core";
import { analysed, together } from "./analyses/list.ts";
import { goesDown } from "./arm-table.ts";
import { arrange, newestFirst, type OwnModel, ofOneMachine } from "./arrangement.ts";
import { chartPictures, picture } from "./charts/chart-markup.ts";
import { chartsTogether } from "./charts/chart-specs.ts";
import { effectsTable } from "./effects-table.ts";
import { briefFinding, finding } from "./finding.ts";
import { briefHostLine, coresText, hostLine } from "./host-line.ts";
import { keyTable } from "./key-table.ts";
import { code, folded, inlineText, paragraphs } from "./markdown.ts";
import { metricsTable } from "./metrics-table.ts";
import { modelLine } from "./model-line.ts";
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
  /** Arms of the first table where there are more than eight. */
  readonly shown?: readonly string[];
  readonly own: OwnModel;
  /** The root package.json's `packageManager`: "pnpm@12.21.0". */
  readonly packageManager: string;
}

/**
 * The results section of an experiment's README: a pure function of its results and the published figures. What a reader
 * decides from stands before the first fold, and the rest in folds.
 */
export function readmeSection(input: SectionInput): string {
  const { question, analyses = [], shown, own } = input;
  const arranged = arrange(input.results, own);
  const head = paragraphs("## Results", `**Question.** ${inlineText(question)}`);
  if (!arranged) {
    return paragraphs(head, "No full run is kept here yet.", repeatPart(input), publishedPart(input, null));
  }
  const { leads, otherHosts } = arranged;
  const [first, ...others] = leads;
  const pictures = chartPictures(first, analyses);
  const [before, after] = [false, true].map((last) =>
    others.filter(({ model }) => (model === own.model) === last).map((result) => otherPart(result, analyses)),
  );
  return paragraphs(
    head,
    `**Finding.** ${inlineText(findingTogether(leads, analyses) || briefFinding(first, analyses))}`,
    `**Model.** ${modelLine(first)}`,
    briefHostLine(first),
    pictures.lead,
    keyTable(first, shown),
    repeatPart(input),
    folded(
      "Every figure of this run, its ratios, tasks, charts and answers",
      wholePart(first, analyses, pictures.others),
    ),
    togetherPart(leads, analyses),
    ...before!,
    publishedPart(input, first),
    ...after!,
    otherHosts.length > 0 ? "## Other machines" : null,
    ...otherHosts.map((ofHost) =>
      folded(
        hostSummary(ofHost),
        paragraphs(
          ...ofHost.map((result) =>
            paragraphs(
              `### ${modelHeading(result)}`,
              `**Finding.** ${inlineText(finding(result, analyses))}`,
              detailPart(result),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Of several models on one machine; empty where no analysis tells of them together. */
function findingTogether(leads: readonly Result[], analyses: readonly NamedAnalysis[]): string {
  const own = ofOneMachine(leads);
  return together(analyses)
    .flatMap(({ sentences }) => sentences(own))
    .join(" ");
}

/** What the models of one machine tell together. */
function togetherPart(leads: readonly Result[], analyses: readonly NamedAnalysis[]): string {
  const pictures = chartsTogether(leads, analyses).map((chart) => picture(chart));
  const texts = together(analyses).map(({ text }) => text(ofOneMachine(leads)));
  return paragraphs(...texts, ...pictures);
}

/** Another model's run: what it found, and a fold with the rest. */
function otherPart(result: Result, analyses: readonly NamedAnalysis[]): string {
  const { lead, others } = chartPictures(result, analyses);
  return paragraphs(
    `## ${modelHeading(result)}`,
    `**Finding.** ${inlineText(briefFinding(result, analyses))}`,
    briefHostLine(result),
    folded(`Every figure on ${result.model}`, paragraphs(lead, wholePart(result, analyses, others))),
  );
}

function wholePart(result: Result, analyses: readonly NamedAnalysis[], charts: string): string {
  const whole = finding(result, analyses);
  return paragraphs(
    whole === briefFinding(result, analyses) ? null : inlineText(whole),
    detailPart(result),
    charts,
  );
}

function detailPart(result: Result): string {
  return paragraphs(
    hostLine(result),
    resultTables(result),
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

function repeatPart({ experiment, results, own, packageManager }: SectionInput): string {
  const start = `npx -y ${packageManager} --filter ${experiment} start`;
  const others = new Set([...results].map(({ model }) => model).filter((model) => model !== own.model));
  const lines = [start, ...[...others].sort().map((model) => `${start} --model ${model}`)];
  return paragraphs(
    "**Repeat it.** Your machine's results are added beside these; `--quick` takes a first look and keeps nothing.",
    `\`\`\`sh\n${lines.join("\n")}\n\`\`\``,
  );
}
