import { formatRatio, withResults as withSections } from "@quantlab/benchmark-tools";
import { type EngineName, engines } from "./engines.ts";
import { type Row, rowsOf } from "./ratios.ts";
import type { OverheadResult } from "./result.ts";

/** The README with a section for each result between its markers, the newest first. */
export function withResults(readme: string, results: readonly OverheadResult[]): string {
  const sections = results.toSorted((a, b) => b.finishedAt.localeCompare(a.finishedAt)).map(sectionOf);
  return withSections(readme, sections);
}

function sectionOf(result: OverheadResult): string {
  const { host, shape } = result;
  const versions = (Object.keys(result.engines) as EngineName[])
    .map((name) => `${engines[name].title} ${result.engines[name]!.version}`)
    .join(", ");
  return [
    `### ${result.model} on ${host.cpu}, ${host.cores} cores`,
    "",
    `${Math.round(host.memoryBytes / 2 ** 30)} GiB, ${host.os}; ${versions}; ${result.threads} threads where the engine ` +
      `lets one choose; prompt of ${shape.promptTokens} tokens, then ${shape.newTokens}; ${result.rounds} rounds, ` +
      `${shape.repetitions} repetitions a process, ${result.startedAt.slice(0, 10)}.`,
    "",
    tableOf(rowsOf(result.samples)),
  ].join("\n");
}

/** One line an arm; a ratio is a geometric mean over rounds with its 95% interval. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ engine, arm, phases: { promptTps, decodeTps } }) => {
    const cells = [promptTps, decodeTps].flatMap(({ tokensPerSecond, overPlain, overBenchmark }) => [
      tokensPerSecond.toFixed(1),
      formatRatio(overPlain),
      formatRatio(overBenchmark),
    ]);
    return `| ${engines[engine].title} | ${arm} | ${cells.join(" | ")} |`;
  });
  return [
    "| | | prompt, tok/s | ÷ plain loop | ÷ mlx_lm.benchmark | decode, tok/s | ÷ plain loop | ÷ mlx_lm.benchmark |",
    "|---|---|---:|---:|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}
