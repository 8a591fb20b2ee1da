import type { Effect, NamedAnalysis, Result } from "@quantlab/core";
import { metricNamed } from "@quantlab/shared-metrics";
import { analysed } from "./analyses/list.ts";
import { armTitles, backendTitle, isProgram, weightsOf } from "./arm-titles.ts";
import { claimWord, isSame, sameText } from "./claims.ts";
import { barMetrics, displayOf, leadingMetrics, metricNames } from "./metric-display.ts";
import { formatNumber, formatRatio, listed } from "./numbers.ts";

const headlines = ["speed", "prompt", "memory", "loss", "skill"] as const;

/**
 * The metrics that may stand for each headline, the first that an arm has being told. One that leads stands behind the
 * others: where it is what the experiment is about, `leadingMetrics` tells it.
 */
function headlinesOf(reported: readonly string[]): string[][] {
  return headlines.map((headline) => {
    const told = reported.filter((name) => displayOf(name).told?.headline === headline);
    return [
      ...told.filter((name) => !displayOf(name).leads),
      ...told.filter((name) => displayOf(name).leads),
    ];
  });
}

/** A finding with more words than these is cut after a sentence where a reader meets it first. */
const briefWords = 90;

/**
 * A few sentences of plain text made from the effects: what may be claimed with its ratio and interval, and by name what may not.
 * More than two arms of a backend beside the baseline are told as ranges; what an analysis tells stands for them.
 */
export function finding(result: Result, analyses: readonly NamedAnalysis[] = []): string {
  return [...findings(result, analyses), ...doubts(result)].join(" ");
}

/** The first sentences of `finding`, one at least, and the doubt that a noisy run deserves. */
export function briefFinding(result: Result, analyses: readonly NamedAnalysis[] = []): string {
  const sentences = findings(result, analyses);
  let words = 0;
  const end = sentences.findIndex((sentence) => {
    words += sentence.split(/\s+/).length;
    return words > briefWords;
  });
  return [...sentences.slice(0, end < 0 ? undefined : Math.max(1, end)), ...doubts(result)].join(" ");
}

function doubts({ verdict }: Result): string[] {
  return verdict.state === "valid"
    ? []
    : ["The run is noisy (see the verdict), so small differences deserve doubt."];
}

function findings(result: Result, analyses: readonly NamedAnalysis[]): readonly string[] {
  const { baseline, arms } = result;
  const reported = metricNames(Object.values(arms));
  const rows = headlinesOf(reported);
  const leading = leadingMetrics(reported).map((name) => [name]);
  const told = leading.length > 0 ? [...leading, ...rows.slice(1)] : rows;
  const home = arms[baseline];
  const compared = Object.keys(result.effects).filter((arm) => arms[arm]?.status === "measured");
  // An arm with a rival of its own is told against that one alone; a peer's program is one to all.
  const [contests = [], others = []] = [true, false].map((own) =>
    compared.filter((arm) => (arms[arm]!.against !== undefined || (home && isProgram(home))) === own),
  );
  if (home?.status !== "measured")
    return [`The baseline “${baseline}” was not measured, so nothing can be compared.`];
  if (compared.length === 0) return ["No arm beside the baseline was measured, so nothing can be compared."];
  const titles = armTitles(result);
  const sameBackend = others.filter((arm) => arms[arm]!.backend === home.backend);
  const main = sameBackend.length > 0 ? sameBackend : others;
  const detours = others.filter(
    (arm) => !main.includes(arm) && arms[arm]!.quantization === home.quantization,
  );
  // Quantizations that the baseline's backend has no arm for: another form of the model, told by backend.
  const homeForms = new Set([baseline, ...sameBackend].map((arm) => arms[arm]!.quantization));
  const foreign = others.filter((arm) => !main.includes(arm) && !homeForms.has(arms[arm]!.quantization));
  // Beside arms of other backends the baseline's own is said, too.
  const against = (group: readonly string[]) =>
    group.every((arm) => arms[arm]!.backend === home.backend)
      ? titles[baseline]!
      : `${weightsOf(home)} through ${backendTitle(home)}`;
  const about = (arm: string) => sentence(result, arm, `Against ${against([arm])}, ${titles[arm]}`, told);
  const all = (group: readonly string[]) =>
    group.length > 2 ? ranges(result, group, titles, against(group), told) : group.map(about);
  const quality = analysed("sentences", result, analyses).flat();
  const armByArm = [
    // First: whoever measures another backend asks about that.
    ...[...Map.groupBy(foreign, (arm) => arms[arm]!.backend).values()].flatMap(all),
    ...all(main),
    ...detours.map((arm) =>
      sentence(
        result,
        arm,
        `Against ${backendTitle(home)} on the same ${weightsOf(home)} weights, ${backendTitle(arms[arm]!)}`,
        rows.slice(0, 3),
      ),
    ),
    ...contests.map((arm) => {
      const rival = arms[arm]!.against ?? baseline;
      return sentence(result, arm, `Against ${titles[rival] ?? `“${rival}”`}, ${titles[arm]}`, told);
    }),
  ].filter((text) => text !== null);
  const bars = barMetrics(reported).map((name) => [name]);
  const sentences =
    quality.length > 0
      ? [...quality, ...ranges(result, sameBackend, titles, titles[baseline]!, bars)]
      : armByArm;
  return sentences.length > 0
    ? sentences
    : ["No metric has a value in both arms, so nothing can be compared."];
}

interface Told {
  readonly metric: string;
  readonly effect: Effect;
}

function sentence(
  result: Result,
  arm: string,
  opening: string,
  wanted: readonly (readonly string[])[],
): string | null {
  const told = headlineEffects(result, arm, wanted);
  if (told.length === 0) return null;
  const claimed = told.filter(({ effect }) => effect.claim !== "none");
  const [same, open] = [isSame, (effect: Effect) => !isSame(effect)].map((wanted) =>
    listed(
      told
        .filter(({ effect }) => effect.claim === "none" && wanted(effect))
        .map(({ metric, effect }) => `${displayOf(metric).noun} (${short(effect)})`),
    ),
  );
  if (claimed.length === 0 && !same)
    return `${opening} shows no difference that could be told from noise in ${open}.`;
  const parts = [
    listed(claimed.map((entry) => claim(result, arm, entry))),
    same && `is the ${sameText} in ${same}`,
    open && `no difference could be told from noise in ${open}`,
  ];
  return `${opening} ${parts.filter((part) => part).join("; ")}.`;
}

function claim(result: Result, arm: string, { metric, effect }: Told): string {
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  const { better, display } = metricNamed(metric);
  const { as = `has {} the ${display.noun}`, values } = display.told ?? {};
  const notes = [
    interval && `95% ${interval}`,
    values ? bothValues(result, arm, metric) : null,
    display.kind === "quality" && better === "lower" ? "lower is better" : null,
  ].filter((note) => note !== null);
  return `${as.replace("{}", `${ratio}×`)}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
}

/** "52.3 against 56.1 tok/s". */
function bothValues(result: Result, arm: string, metric: string): string | null {
  const [own, base] = [arm, result.arms[arm]?.against ?? result.baseline].map(
    (name) => result.arms[name]?.metrics[metric]?.value,
  );
  const { scale, unit } = displayOf(metric);
  return typeof own === "number" && typeof base === "number"
    ? `${formatNumber(own * scale)} against ${formatNumber(base * scale)} ${unit}`
    : null;
}

function ranges(
  result: Result,
  arms: readonly string[],
  titles: Readonly<Record<string, string>>,
  baseline: string,
  wanted: readonly (readonly string[])[],
): string[] {
  const parts = wanted.flatMap((row) => {
    const metric = row.find((name) => arms.some((arm) => result.effects[arm]?.[name]));
    if (!metric) return [];
    const told = arms
      .flatMap((arm) => (result.effects[arm]?.[metric] ? [{ arm, effect: result.effects[arm][metric] }] : []))
      .sort((a, b) => a.effect.ratio - b.effect.ratio);
    const end = ({ arm, effect }: (typeof told)[number]) =>
      `${formatRatio(effect.ratio, effect.ci95).ratio}× (${titles[arm]}${note(metric, effect)})`;
    const { noun } = displayOf(metric);
    if (told.every(({ effect }) => isSame(effect)))
      return [
        `${listed(told.map(({ arm }) => titles[arm]!))} ${told.length === 1 ? "is" : "are"} the ${sameText} in ${noun}`,
      ];
    if (told.every(({ effect }) => effect.claim === "none"))
      return [
        `${listed(told.map(({ arm }) => titles[arm]!))} ${told.length === 1 ? "shows" : "show"} no difference in ${noun} that could be told from noise`,
      ];
    return told.length === 1
      ? [`${noun} is ${end(told[0]!)}`]
      : [`${noun} goes from ${end(told[0]!)} to ${end(told.at(-1)!)}`];
  });
  return parts.length === 0 ? [] : [`Against ${baseline}, ${parts.join("; ")}.`];
}

function note(metric: string, effect: Effect): string {
  const { interval } = formatRatio(effect.ratio, effect.ci95);
  if (effect.claim === "none") return `, ${claimWord(metric, effect)}`;
  return interval ? `, 95% ${interval}` : "";
}

function short(effect: Effect): string {
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  return interval ? `${ratio}×, 95% ${interval}` : `${ratio}×`;
}

function headlineEffects(result: Result, arm: string, wanted: readonly (readonly string[])[]): Told[] {
  const effects = result.effects[arm] ?? {};
  return wanted.flatMap((row) => {
    const metric = row.find((name) => effects[name]);
    return metric ? [{ metric, effect: effects[metric]! }] : [];
  });
}
