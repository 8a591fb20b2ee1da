import { BadFileError } from "@quantlab/core";
import { CsvError, parse } from "csv-parse/sync";
import { TaskLine } from "./task-line.ts";

/** MMLU's own files have no heading. */
const columns = ["question", "A", "B", "C", "D", "answer"];

interface Parsed {
  readonly record: string[];
  /** `lines`: how many lines were read up to the end of this record. */
  readonly info: { readonly lines: number };
}

/**
 * Rows of a comma-separated table by the names of their columns: those of its heading, or MMLU's when it has
 * none. Throws a BadFileError with the line for a row that is broken or has another number of columns.
 */
export function tableRows(file: string, text: string): TaskLine[] {
  const parsed = parseTable(file, text);
  const heading = headingOf(parsed[0]?.record ?? []);
  return parsed.slice(heading ? 1 : 0).map(({ record, info }) => {
    const names = heading ?? columns;
    const begins = info.lines - linesIn(record);
    const row = new TaskLine(file, begins, Object.fromEntries(names.map((name, at) => [name, record[at]])));
    if (record.length === names.length) return row;
    throw row.broken(`has ${record.length} columns, and ${names.length} are needed: ${names.join(",")}`);
  });
}

/** The names of the columns, when the first row is a heading. */
function headingOf(first: readonly string[]): string[] | null {
  const names = first.map((name) => (/^[a-z]$/i.test(name.trim()) ? name.trim().toUpperCase() : name.trim()));
  const known = names.map((name) => (name.length > 1 ? name.toLowerCase() : name));
  return known.includes("question") && known.includes("answer") ? known : null;
}

function parseTable(file: string, text: string): Parsed[] {
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    // With line ends of one kind a line is counted once.
    return parse(text.replaceAll("\r\n", "\n"), options) as unknown as Parsed[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause.lines === "number" ? `line ${cause.lines}: ` : "";
    throw new BadFileError(file, `${line}${cause.message}`, "correct the line, or restore the file", cause);
  }
}

/** Line breaks inside of a record's quotes. */
const linesIn = (record: readonly string[]) =>
  record.reduce((lines, field) => lines + field.split("\n").length - 1, 0);
