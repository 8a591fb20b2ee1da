import path from "node:path";
import { keepResult as keepIn } from "@quantlab/benchmark-tools";
import { withResults } from "./readme-table.ts";
import type { ScoreParityResult } from "./result.ts";

const packageFolder = path.resolve(import.meta.dirname, "..");

/** Writes the file of this host and model in `results/` and makes the README's tables again from all of them. */
export function keepResult(result: ScoreParityResult, folder = packageFolder): Promise<void> {
  return keepIn(result, result.model, folder, withResults);
}
