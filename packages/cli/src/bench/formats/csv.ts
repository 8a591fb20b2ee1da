import { type Field, labFields, llamaBenchFields } from "../fields.ts";
import type { BenchFindings } from "../rows.ts";

const fields = [...llamaBenchFields, ...labFields];

/** A heading and a line a row; every value is quoted, as llama-bench quotes it, and what is not known is empty. */
export function csv({ rows }: BenchFindings): string {
  const lines = rows.map((row) => fields.map((field) => quoted(field.value(row))).join(","));
  return `${[fields.map(({ name }) => name).join(","), ...lines].join("\n")}\n`;
}

function quoted(value: ReturnType<Field["value"]>): string {
  if (value === null) return "";
  const text = typeof value === "boolean" ? Number(value) : value;
  return `"${String(text).replaceAll('"', '""')}"`;
}
