import { EngineError, type Json } from "@quantlab/core";
import { type StatisticName, type Statistics, statisticNames } from "./statistics.ts";

export interface LabScore {
  readonly perplexity: number;
  readonly chunks: number;
  /** With llama.cpp's cut. Null for what the document does not have: most of it where there was no reference. */
  readonly statistics: Statistics;
}

/** What this reads of the document that `lab perplexity --json` prints. */
interface PerplexityDocument {
  readonly chunks: number;
  readonly metrics: Figures;
  readonly errors: Figures;
  readonly withCut: { readonly metrics: Figures; readonly errors: Figures } | null;
}
type Figures = Readonly<Record<string, number | null>>;

export function labScore(data: Json): LabScore {
  const { chunks, metrics, errors, withCut } = data as unknown as PerplexityDocument;
  const perplexity = metrics?.perplexity;
  if (typeof perplexity !== "number" || typeof chunks !== "number") {
    throw new EngineError("lab perplexity", `told no perplexity: ${JSON.stringify(data).slice(0, 200)}`);
  }
  const elsewhere: Partial<Record<StatisticName, number | null | undefined>> = {
    basePerplexity: metrics.referencePerplexity,
    lnPerplexityRatioError: errors.lnPerplexityRatio,
    kldMeanError: withCut?.errors.kldMean,
  };
  const read = (name: StatisticName) =>
    (name in elsewhere ? elsewhere[name] : { ...metrics, ...withCut?.metrics }[name]) ?? null;
  const statistics = Object.fromEntries(statisticNames.map((name) => [name, read(name)])) as Statistics;
  return { perplexity, chunks, statistics };
}
