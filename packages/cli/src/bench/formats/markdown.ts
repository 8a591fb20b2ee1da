import { columnsOf } from "../columns.ts";
import type { BenchFindings } from "../rows.ts";
import { verdictLine } from "../verdict-line.ts";

/** A table for a page or an issue, and the verdict below it. */
export function markdown(findings: BenchFindings): string {
  const { rows } = findings;
  const columns = columnsOf(rows);
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |\n`;
  return [
    line(columns.map(({ heading }) => heading)),
    `| ${columns.map(({ isNumber }) => (isNumber ? "---:" : "---")).join(" | ")} |\n`,
    ...rows.map((row) => line(columns.map(({ cell }) => cell(row)))),
    `\n${verdictLine(findings)}\n`,
  ].join("");
}

const escaped = (text: string) => text.replaceAll("\n", " ").replaceAll("|", "\\|");
