import { formatTable } from "../../frame/table.ts";
import { columnsOf } from "../columns.ts";
import type { BenchFindings } from "../rows.ts";
import { verdictLine } from "../verdict-line.ts";

/** The table that people read, and the verdict below it. */
export function terminalTable(findings: BenchFindings): string {
  const { rows } = findings;
  const columns = columnsOf(rows);
  const table = formatTable(
    columns.map(({ heading }) => heading),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
  return `${table}${verdictLine(findings)}\n`;
}
