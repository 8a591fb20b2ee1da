import { formatRatio, withResults as withSections } from "@quantlab/benchmark-tools";
import { armLabels } from "./arms.ts";
import { type Row, rowsOf } from "./ratios.ts";
import type { ParityResult } from "./result.ts";

/** The README with a section for each model and host between its markers: large models first, then the newest. */
export function withResults(readme: string, results: readonly ParityResult[]): string {
  const sections = results
    .toSorted((a, b) => b.model.bytes - a.model.bytes || b.finishedAt.localeCompare(a.finishedAt))
    .map(sectionOf);
  return withSections(readme, sections);
}

function sectionOf(result: ParityResult): string {
  const { host, shape, model } = result;
  const gib = Math.round(host.memoryBytes / 2 ** 30);
  return [
    `### ${model.reference} on ${host.cpu}, ${host.cores} cores`,
    "",
    `${gib} GiB, ${host.os}, llama.cpp ${result.llamaCpp}; prompt of ${shape.promptTokens} tokens, then ` +
      `${shape.decodedTokens} decoded behind it; ${result.rounds} rounds, ${shape.repetitions} repetitions a process, ` +
      `${result.startedAt.slice(0, 10)}.`,
    "",
    tableOf(rowsOf(result.samples)),
  ].join("\n");
}

/** One line an arm and number of threads; a ratio is a geometric mean over rounds with its 95% interval. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows
    .filter((row) => row.phase === "prefillTps")
    .map((prefill) => {
      const { arm, threads } = prefill;
      const decode = rows.find(
        (row) => row.arm === arm && row.threads === threads && row.phase === "decodeTps",
      )!;
      return `| ${threads} | ${armLabels[arm]} | ${cells(prefill)} | ${cells(decode)} |`;
    });
  return [
    "| threads | | prefill, tok/s | ÷ llama-bench | decode, tok/s | ÷ llama-bench |",
    "|---:|---|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}

function cells({ tokensPerSecond, ratio }: Row): string {
  return `${tokensPerSecond.toFixed(1)} | ${formatRatio(ratio)}`;
}
