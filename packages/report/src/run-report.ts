import type { Result, Run } from "@quantlab/core";
import { finding } from "./finding.ts";
import { resultTables } from "./readme-section.ts";
import { type Reading, toResult } from "./to-result.ts";

export interface RunReport {
  readonly result: Result;
  /** A few sentences of plain text. */
  readonly finding: string;
  /** Every figure, as Markdown. */
  readonly tables: string;
}

/** What a run says, wherever it came from. Pure: nothing is read or written. */
export function reportRun(run: Run, reading: Reading): RunReport {
  const result = toResult(run, reading);
  return { result, finding: finding(result, reading.analyses), tables: resultTables(result) };
}
