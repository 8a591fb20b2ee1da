import type { FormatName } from "../format-name.ts";
import type { BenchFindings } from "../rows.ts";
import { csv } from "./csv.ts";
import { json, jsonLines } from "./json.ts";
import { markdown } from "./markdown.ts";
import { sql } from "./sql.ts";

/** What a bench found, as text for each format. */
export const formats: Readonly<Record<FormatName, (findings: BenchFindings) => string>> = {
  md: markdown,
  csv,
  json,
  jsonl: jsonLines,
  sql,
};
