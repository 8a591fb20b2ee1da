import { type Field, labFields, llamaBenchFields } from "../fields.ts";
import type { BenchFindings, BenchRow } from "../rows.ts";

/**
 * Statements that make two tables and fill them: `llama_bench` as llama-bench makes it, so that both can write into one
 * database, and `lab_bench`, which has the lab's own fields beside the same.
 */
export function sql({ rows }: BenchFindings): string {
  const all = [...llamaBenchFields, ...labFields];
  return [
    tableOf("llama_bench", llamaBenchFields),
    tableOf("lab_bench", all),
    ...rows.flatMap((row) => [rowOf("llama_bench", llamaBenchFields, row), rowOf("lab_bench", all, row)]),
  ].join("");
}

function tableOf(name: string, fields: readonly Field[]): string {
  const columns = fields.map(
    (field) => `  ${field.name} ${field.type === "BOOLEAN" ? "INTEGER" : field.type}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${name} (\n${columns.join(",\n")}\n);\n\n`;
}

function rowOf(table: string, fields: readonly Field[], row: BenchRow): string {
  const names = fields.map(({ name }) => name).join(", ");
  return `INSERT INTO ${table} (${names}) VALUES (${fields.map(({ value }) => literal(value(row))).join(", ")});\n`;
}

function literal(value: ReturnType<Field["value"]>): string {
  if (value === null) return "NULL";
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(Number(value));
}
