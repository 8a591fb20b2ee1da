import path from "node:path";
import { type Result, repositoryRoot } from "@quantlab/core";
import { readResults } from "@quantlab/report";
import { perplexity } from "@quantlab/shared-metrics";

/** How much perplexity rises over full weights, as a ratio: between the ladders that lost least and most. */
export interface Loss {
  readonly low: number;
  readonly high: number;
  /** The models that it was measured on. */
  readonly models: readonly string[];
}

const ladders = ["exp4-quant-ladder", "exp9-k-vs-legacy"];

/** By quantization, what the kept ladders of models with real weights lost: the newest of each model. */
export async function readLosses(): Promise<ReadonlyMap<string, Loss>> {
  const folders = ladders.map((name) => path.join(repositoryRoot, "experiments", name));
  const results = (await Promise.all(folders.map(readResults))).flatMap((found) => [...found.values()]);
  const found = new Map<string, Map<string, number>>();
  for (const result of newestLast(results.filter(({ synthetic }) => !synthetic)))
    for (const [type, ratio] of ratiosOf(result))
      found.set(type, (found.get(type) ?? new Map()).set(result.model, ratio));
  return new Map([...found].map(([type, ratios]) => [type, lossOf(ratios)]));
}

function ratiosOf({ arms, effects, baseline }: Result): (readonly [type: string, ratio: number])[] {
  return Object.entries(arms).flatMap(([arm, { quantization }]) => {
    const ratio = arm === baseline ? 1 : effects[arm]?.[perplexity.name]?.ratio;
    return quantization !== null && ratio !== undefined ? [[quantization, ratio] as const] : [];
  });
}

function lossOf(ratios: ReadonlyMap<string, number>): Loss {
  const values = [...ratios.values()];
  return { low: Math.min(...values), high: Math.max(...values), models: [...ratios.keys()] };
}

const newestLast = (results: readonly Result[]) =>
  results.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
