import type { TypeFallback } from "@quantlab/llama-capi";
import { wrapWords } from "../frame/words.ts";

const indent = "    ";
const width = 100;

/** Which tensors got another type than they should have, and why; one paragraph for each change of type. */
export function describeFallbacks(fallbacks: readonly TypeFallback[]): string {
  const changes = Map.groupBy(fallbacks, ({ wanted, used, rowLength }) => `${wanted} ${used} ${rowLength}`);
  return [...changes.values()].map(describeChange).join("");
}

function describeChange(group: readonly TypeFallback[]): string {
  const { wanted, used, rowLength } = group[0]!;
  const count = `${group.length} tensor${group.length === 1 ? "" : "s"}`;
  const names = [...new Set(group.map(({ tensor }) => tensor.replace(/\.\d+\./, ".*.")))];
  const heading = `  ${used} instead of ${wanted} in ${count}, whose rows of ${rowLength} do not divide into its blocks:\n`;
  const list = wrapWords(names, width).split("\n");
  return `${heading}${list.map((line) => `${indent}${line}\n`).join("")}`;
}
