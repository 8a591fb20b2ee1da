import { withResults as withSections } from "@quantlab/benchmark-tools";
import type { ArmResult, CrossEngineResult } from "./result.ts";

/** The README with a section for each result between its markers, the newest first. */
export function withResults(readme: string, results: readonly CrossEngineResult[]): string {
  const newestFirst = results.toSorted((a, b) => b.finishedAt.localeCompare(a.finishedAt));
  return withSections(readme, newestFirst.map(sectionOf));
}

function sectionOf(result: CrossEngineResult): string {
  const { host, asked, reference, arms } = result;
  const engines = [reference, ...arms].flatMap((arm) => ("engine" in arm ? [arm.engine] : []));
  const versions = [...new Set(engines.map(({ name, version }) => `${name} ${version}`))].join(", ");
  return [
    `### ${result.model} on ${host.cpu}, ${host.cores} cores`,
    "",
    `${Math.round(host.memoryBytes / 2 ** 30)} GiB, ${host.os}; ${versions}; ${asked.questions} prompts of ` +
      `${asked.newTokens} greedy tokens, the first ${asked.chunks} chunks of the test text, ` +
      `${result.startedAt.slice(0, 10)}. Reference: ${reference.title}, perplexity ${reference.perplexity.toFixed(4)}.`,
    "",
    tableOf(result),
    ...partingLines(arms),
  ].join("\n");
}

/** One line an arm. */
export function tableOf({ arms }: Pick<CrossEngineResult, "arms">): string {
  return [
    "| | tokens agreed | answers that part | widest gap there | logit error, largest | mean | perplexity | ÷ reference |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...arms.map((arm) => `| ${arm.title} | ${cellsOf(arm).join(" | ")} |`),
  ].join("\n");
}

function cellsOf(arm: ArmResult): string[] {
  if (arm.status === "skipped") return [`skipped: ${arm.reason}`, ...Array(6).fill("")];
  const widest = Math.max(...arm.partings.map(({ gap }) => gap));
  return [
    `${arm.tokensAgreed} of ${arm.tokens}`,
    String(arm.partings.length),
    arm.partings.length === 0 ? "" : short(widest),
    short(arm.logitError.largest),
    short(arm.logitError.mean),
    arm.perplexity.toFixed(4),
    arm.perplexityRatio.toFixed(5),
  ];
}

/** Every first difference, so that nobody has to believe a summary. */
function partingLines(arms: readonly ArmResult[]): string[] {
  const lines = arms.flatMap((arm) =>
    arm.status === "skipped"
      ? []
      : arm.partings.map(
          ({ question, at, gap }) => `| ${arm.title} | ${question} | ${at + 1} | ${short(gap)} |`,
        ),
  );
  if (lines.length === 0) return [];
  return [
    "",
    "Where answers part: the first token that differs, and the gap between the reference's two best logits there.",
    "",
    "| | prompt | token | gap |",
    "|---|---|---:|---:|",
    ...lines,
  ];
}

/** Two digits that count: "0.0034", "1.2e-5". */
function short(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toPrecision(2);
}
