import type { Json } from "@quantlab/core";
import { labFields, llamaBenchFields, samplesNs, samplesTs } from "../fields.ts";
import type { BenchFindings, BenchRow } from "../rows.ts";

/** A list with an object a row, as `llama-bench -o json` prints it. */
export const json = ({ rows }: BenchFindings): string => `${JSON.stringify(rows.map(objectOf), null, 2)}\n`;

/** An object a line. */
export const jsonLines = ({ rows }: BenchFindings): string =>
  rows.map((row) => `${JSON.stringify(objectOf(row))}\n`).join("");

/** llama-bench's fields, its samples, and the lab's own behind them. */
export function objectOf(row: BenchRow): Record<string, Json> {
  const values = (fields: typeof labFields) => fields.map(({ name, value }) => [name, value(row)] as const);
  return {
    ...Object.fromEntries(values(llamaBenchFields)),
    samples_ns: samplesNs(row),
    samples_ts: samplesTs(row),
    ...Object.fromEntries(values(labFields)),
  };
}
