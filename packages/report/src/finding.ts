import type { Effect, MetricName, Result } from "@quantlab/core";
import { armTitles, backendTitle } from "./arm-titles.ts";
import { leadingTimes, metricDisplay, metricNames } from "./metric-display.ts";
import { formatNumber, formatRatio, listed } from "./numbers.ts";
import { qualityFinding } from "./quality/quality-finding.ts";

/** The first metric of each row that the arms have stands for speed, memory, loss, skill. */
const headlines: readonly (readonly MetricName[])[] = [
  ["decodeTps", "totalMs", "ttftMs"],
  ["peakRssBytes", "rssAfterGenerateBytes", "rssAfterLoadBytes", "modelBytes"],
  ["perplexity", "kldMean", "bitsPerByte"],
  ["accuracy"],
];

/** What is left to tell of arms whose sizes and losses are told already. */
const timesAndMemory: readonly (readonly MetricName[])[] = [["decodeTps"], ["prefillTps"], ["peakRssBytes"]];

/** The headlines of a result: a time that the experiment is about comes first. */
function headlinesOf({ arms }: Result): readonly (readonly MetricName[])[] {
  const times = leadingTimes(metricNames(Object.values(arms)));
  const [speed = [], ...rest] = headlines;
  return times.length > 0 ? [...times.map((name) => [name]), ...rest] : [speed, ...rest];
}

/** What is said of an arm whose metric is `ratio` times the baseline's. */
const predicates: Partial<Record<MetricName, (ratio: string) => string>> = {
  decodeTps: (ratio) => `decodes ${ratio} as fast`,
  totalMs: (ratio) => `takes ${ratio} the time for the whole answer`,
  ttftMs: (ratio) => `takes ${ratio} the time to the first token`,
  loadMs: (ratio) => `takes ${ratio} the time to load`,
  peakRssBytes: (ratio) => `needs ${ratio} the memory`,
  rssAfterGenerateBytes: (ratio) => `needs ${ratio} the memory`,
  rssAfterLoadBytes: (ratio) => `needs ${ratio} the memory`,
  modelBytes: (ratio) => `has ${ratio} the file size`,
  perplexity: (ratio) => `has ${ratio} the perplexity`,
  kldMean: (ratio) => `has ${ratio} the mean divergence`,
  bitsPerByte: (ratio) => `needs ${ratio} the bits per byte of text`,
  accuracy: (ratio) => `answers ${ratio} as many multiple-choice questions right`,
};

/**
 * A few sentences of plain text made from the effects: what may be claimed with its ratio and interval, and by name what may not.
 * More than two arms of a backend beside the baseline are told as ranges; many forms with a divergence by what they lose.
 */
export function finding(result: Result): string {
  const { baseline, arms } = result;
  const home = arms[baseline];
  const others = Object.keys(result.effects).filter((arm) => arms[arm]?.status === "measured");
  if (home?.status !== "measured")
    return `The baseline “${baseline}” was not measured, so nothing can be compared.`;
  if (others.length === 0) return "No arm beside the baseline was measured, so nothing can be compared.";
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
      : `${home.quantization} through ${backendTitle(home)}`;
  const about = (arm: string) =>
    sentence(result, arm, `Against ${against([arm])}, ${titles[arm]}`, headlinesOf(result));
  const all = (group: readonly string[]) =>
    group.length > 2 ? ranges(result, group, titles, against(group), headlinesOf(result)) : group.map(about);
  const quality = qualityFinding(result);
  const compared = [
    ...all(main),
    ...[...Map.groupBy(foreign, (arm) => arms[arm]!.backend).values()].flatMap(all),
    ...detours.map((arm) =>
      sentence(
        result,
        arm,
        `Against ${backendTitle(home)} on the same ${home.quantization} weights, ${backendTitle(arms[arm]!)}`,
        headlines.slice(0, 2),
      ),
    ),
  ].filter((text) => text !== null);
  const sentences = quality
    ? [...quality, ...ranges(result, sameBackend, titles, titles[baseline]!, timesAndMemory)]
    : compared;
  const text =
    sentences.length > 0
      ? sentences.join(" ")
      : "No metric has a value in both arms, so nothing can be compared.";
  return result.verdict.state === "valid"
    ? text
    : `${text} The run is noisy (see the verdict), so small differences deserve doubt.`;
}

interface Told {
  readonly metric: MetricName;
  readonly effect: Effect;
}

function sentence(
  result: Result,
  arm: string,
  opening: string,
  wanted: readonly (readonly MetricName[])[],
): string | null {
  const told = headlineEffects(result, arm, wanted);
  if (told.length === 0) return null;
  const claimed = told.filter(({ effect }) => effect.claim !== "none");
  const open = told.filter(({ effect }) => effect.claim === "none");
  const claims = listed(claimed.map((entry) => claim(result, arm, entry)));
  const doubts = listed(open.map(({ metric, effect }) => `${metricDisplay[metric].noun} (${short(effect)})`));
  if (claimed.length === 0)
    return `${opening} shows no difference that could be told from noise in ${doubts}.`;
  return `${opening} ${claims}${open.length > 0 ? `; no difference could be told from noise in ${doubts}` : ""}.`;
}

function claim(result: Result, arm: string, { metric, effect }: Told): string {
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  const notes = [
    interval && `95% ${interval}`,
    metric === "decodeTps" ? values(result, arm) : null,
    metric === "perplexity" || metric === "kldMean" || metric === "bitsPerByte" ? "lower is better" : null,
  ].filter((note) => note !== null);
  return `${predicates[metric]!(`${ratio}×`)}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
}

/** "52.3 against 56.1 tok/s". */
function values(result: Result, arm: string): string | null {
  const [own, base] = [arm, result.baseline].map((name) => result.arms[name]?.metrics.decodeTps?.value);
  return typeof own === "number" && typeof base === "number"
    ? `${formatNumber(own)} against ${formatNumber(base)} tok/s`
    : null;
}

function ranges(
  result: Result,
  arms: readonly string[],
  titles: Readonly<Record<string, string>>,
  baseline: string,
  wanted: readonly (readonly MetricName[])[],
): string[] {
  const parts = wanted.flatMap((row) => {
    const metric = row.find((name) => arms.some((arm) => result.effects[arm]?.[name]));
    if (!metric) return [];
    const told = arms
      .flatMap((arm) => (result.effects[arm]?.[metric] ? [{ arm, effect: result.effects[arm][metric] }] : []))
      .sort((a, b) => a.effect.ratio - b.effect.ratio);
    const end = ({ arm, effect }: (typeof told)[number]) =>
      `${formatRatio(effect.ratio, effect.ci95).ratio}× (${titles[arm]}${note(effect)})`;
    const { noun } = metricDisplay[metric];
    if (told.every(({ effect }) => effect.claim === "none"))
      return [`in ${noun} no difference could be told from noise`];
    return told.length === 1
      ? [`${noun} is ${end(told[0]!)}`]
      : [`${noun} goes from ${end(told[0]!)} to ${end(told.at(-1)!)}`];
  });
  return parts.length === 0 ? [] : [`Against ${baseline}, ${parts.join("; ")}.`];
}

function note(effect: Effect): string {
  const { interval } = formatRatio(effect.ratio, effect.ci95);
  if (effect.claim === "none") return ", no difference shown";
  return interval ? `, 95% ${interval}` : "";
}

function short(effect: Effect): string {
  const { ratio, interval } = formatRatio(effect.ratio, effect.ci95);
  return interval ? `${ratio}×, 95% ${interval}` : `${ratio}×`;
}

function headlineEffects(result: Result, arm: string, wanted: readonly (readonly MetricName[])[]): Told[] {
  const effects = result.effects[arm] ?? {};
  return wanted.flatMap((row) => {
    const metric = row.find((name) => effects[name]);
    return metric ? [{ metric, effect: effects[metric]! }] : [];
  });
}
