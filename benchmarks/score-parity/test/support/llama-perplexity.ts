import { EngineError } from "@quantlab/core";
import { type StatisticName, type Statistics, statisticNames, statistics } from "./statistics.ts";

const tool = "llama-perplexity";
const remedy = "run it by hand: a release of llama.cpp may print in another form";

export interface Perplexity {
  /** With the digits after the point that llama-perplexity prints. */
  readonly text: string;
  readonly chunks: number;
}

/** From everything that `llama-perplexity` says: "… over 134 chunks …" and "Final estimate: PPL = 1.5599 +/- 0.00872". */
export function parsePerplexity(said: string): Perplexity {
  const text = /Final estimate: PPL = ([\d.]+)/.exec(said)?.[1];
  const chunks = /over (\d+) chunks/.exec(said)?.[1];
  if (text === undefined || chunks === undefined) {
    throw new EngineError(tool, `told no perplexity: ${said.trim().slice(-200)}`, remedy);
  }
  return { text, chunks: Number(chunks) };
}

/** From the tables at the end of `llama-perplexity --kl-divergence`: "Mean    KLD:   0.000577 ±   0.000032". */
export function parseDivergence(stdout: string): Statistics {
  const lines = new Map<string, { readonly value: number; readonly error: number; readonly unit: number }>();
  for (const line of stdout.split("\n")) {
    const [, label, value, error] = /^(.+?) ?: (\S+?)%?(?: ± (\S+))?(?: %)?$/.exec(plain(line)) ?? [];
    if (label === undefined) continue;
    const unit = plain(line).endsWith("%") ? 0.01 : 1;
    lines.set(label, { value: Number(value), error: Number(error), unit });
  }
  const read = (name: StatisticName) => {
    const { line, ...rest } = statistics[name];
    const found = lines.get(line);
    if (!found) throw new EngineError(tool, `told no "${line}": ${stdout.trim().slice(-200)}`, remedy);
    const figure = "error" in rest ? found.error : found.value;
    // Taking percents apart must not add digits: 97.745 × 0.01 is 0.9774500000000001.
    return Number.isFinite(figure) ? Number((figure * found.unit).toFixed(8)) : null;
  };
  return Object.fromEntries(statisticNames.map((name) => [name, read(name)])) as Statistics;
}

const plain = (line: string) => line.trim().replace(/\s+/g, " ");
