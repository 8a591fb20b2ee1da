import { formatRatio, withResults as withSections } from "@quantlab/benchmark-tools";
import type { Agreement } from "./agreement.ts";
import type { DivergenceFinding } from "./divergence-contest.ts";
import type { ImportanceDifference } from "./importance-difference.ts";
import { type QuantizeFinding, quantizationName } from "./quantize-contest.ts";
import { timeRatio } from "./ratios.ts";
import type { ScoreParityResult } from "./result.ts";
import type { StatisticName } from "./statistics.ts";

/** The README with a section for each model and host between its markers: large models first, then the newest. */
export function withResults(readme: string, results: readonly ScoreParityResult[]): string {
  const sections = results
    .toSorted((a, b) => b.files.F16.bytes - a.files.F16.bytes || b.finishedAt.localeCompare(a.finishedAt))
    .map(sectionOf);
  return withSections(readme, sections);
}

function sectionOf(result: ScoreParityResult): string {
  const { host, threads, rounds } = result;
  const [scored] = result.perplexities;
  return [
    `### ${result.model} on ${host.cpu}, ${host.cores} cores`,
    "",
    `${Math.round(host.memoryBytes / 2 ** 30)} GiB, ${host.os}, llama.cpp ${result.llamaCpp}; ` +
      `${scored ? `${scored.chunks} chunks of 512 tokens, ` : ""}${threads} threads, ${rounds} rounds, ${result.startedAt.slice(0, 10)}.`,
    "",
    tablesOf(result),
  ].join("\n");
}

export function tablesOf(result: Omit<ScoreParityResult, "host">): string {
  const { perplexities, importance } = result;
  const tables = [quantizeTable(result), ...(importance ? [importanceLine(importance, result)] : [])];
  return [...(perplexities.length > 0 ? [scoreTable(result)] : []), ...tables].join("\n\n");
}

function scoreTable({ perplexities, divergences, samples }: Omit<ScoreParityResult, "host">): string {
  const lines = perplexities.map(({ type, lab, peer }) => {
    const divergence = divergences.find((each) => each.type === type)!;
    const times = (["perplexity", "divergence"] as const).map((task) =>
      formatRatio(timeRatio(samples, task, (of) => of === type)),
    );
    const cells = [type, lab, peer, times[0], agreementOf(divergence), times[1], memoryOf(divergence)];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| | perplexity, lab | llama-perplexity | time, lab ÷ peer | statistics of divergence that agree | time, lab ÷ both passes | memory beyond the two models |",
    "|---|---:|---:|---:|---|---:|---:|",
    ...lines,
  ].join("\n");
}

/** "14 of 14", and by name those that do not. */
function agreementOf({ agreements }: DivergenceFinding): string {
  const apart = agreements.filter(({ agrees }) => !agrees);
  const count = `${agreements.length - apart.length} of ${agreements.length}`;
  return [count, ...apart.map(apartness)].join("; ");
}

const apartness = ({ statistic, lab, peer }: Agreement) =>
  `${statistic satisfies StatisticName}: ${figure(lab)} against ${figure(peer)}`;
const figure = (value: number | null) => (value === null ? "none" : value.toPrecision(6));

function memoryOf({ peakMemoryBytes, modelBytes }: DivergenceFinding): string {
  return peakMemoryBytes === null ? "" : `${Math.round((peakMemoryBytes - modelBytes) / 1e6)} MB`;
}

function quantizeTable({ quantizations, samples }: Omit<ScoreParityResult, "host">): string {
  const types = [...new Set(quantizations.map(({ type }) => type))];
  const made = quantizations.filter(isMade).map(nameOf);
  const repeated = new Set(
    samples.filter(({ task, round }) => task === "quantize" && round > 0).map(({ of }) => of),
  );
  const timed = made.filter((name) => repeated.has(name));
  const time = (names: readonly string[]) =>
    formatRatio(timeRatio(samples, "quantize", (of) => names.includes(of)));
  const cells = (found: QuantizeFinding) => {
    const name = nameOf(found);
    return [outcome(found), timed.includes(name) ? time([name]) : ""];
  };
  const row = (type: string) =>
    [false, true].flatMap((withMatrix) => {
      const found = quantizations.find((each) => each.type === type && each.withMatrix === withMatrix);
      return found ? cells(found) : ["", ""];
    });
  const together = timed.length > 1 ? `\n\nTime of all these, lab ÷ peer: ${time(timed)}.` : "";
  const table = [
    "| quantized to | without importance matrix | time, lab ÷ peer | with | time, lab ÷ peer |",
    "|---|---|---:|---|---:|",
    ...types.map((type) => `| ${[type, ...row(type)].join(" | ")} |`),
  ];
  return `${table.join("\n")}${together}`;
}

function outcome({ outcome, differing }: QuantizeFinding): string {
  return differing.length === 0 ? outcome : `${outcome}: ${differing.length} tensors, ${differing[0]} first`;
}

/** A refusal takes no time worth a ratio. */
const isMade = ({ outcome }: QuantizeFinding) => outcome === "identical" || outcome === "different";
const nameOf = ({ type, withMatrix }: QuantizeFinding) => quantizationName(type, withMatrix);

function importanceLine(
  { largest, entries, tensors }: ImportanceDifference,
  { samples }: Pick<ScoreParityResult, "samples">,
): string {
  const time = formatRatio(timeRatio(samples, "importance", () => true));
  return (
    `Importance matrix against llama-imatrix's: largest relative difference ${largest.toExponential(1)} over ` +
    `${entries} entries of ${tensors} tensors; time, lab ÷ peer: ${time}.`
  );
}
