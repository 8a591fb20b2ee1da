import { readFileSync } from "node:fs";
import path from "node:path";

/** What others published for one arm, by metric; `quality` is in their words. */
export type PublishedArm = Readonly<Record<string, number | string>>;

export interface PublishedExperiment {
  /** Source, model, machine and protocol in the publisher's words. */
  readonly source: string;
  /** By the publisher's own arm names, which differ from the lab's. */
  readonly arms: Readonly<Record<string, PublishedArm>>;
}

/** What others expect a type to lose; null or missing where they do not say. */
export interface ExpectedLoss {
  readonly format: string;
  readonly sizeReduction: number;
  readonly perplexityIncreasePercent: readonly [low: number, high: number] | null;
  readonly mmluReductionPercent: readonly [low: number, high: number] | null;
  readonly impact: string;
}

/** The published tables of expected loss, each with its source in the publisher's words. */
export interface PublishedLosses {
  readonly expected: { readonly source: string; readonly rows: readonly ExpectedLoss[] };
  /** Perplexity above that of full weights. */
  readonly measured: {
    readonly source: string;
    readonly rows: readonly { readonly format: string; readonly increase: number }[];
  };
}

/** What others advise to run on machines of some sizes, by the size of the model ("7B"), with the source in their words. */
export interface Guidance {
  readonly source: string;
  readonly rows: readonly { readonly ramGB: number; readonly advice: Readonly<Record<string, string>> }[];
}

interface PublishedFile {
  readonly sources: Readonly<Record<string, string>>;
  readonly experiments: Readonly<Record<string, PublishedExperiment>>;
  readonly quantizationFormats: PublishedLosses["expected"];
  readonly perplexityIncrease: PublishedLosses["measured"];
  readonly recommendation: {
    readonly source: string;
    readonly rows: readonly Readonly<Record<string, string | number>>[];
  };
}

/** Figures that others published for an experiment of this number, or null. They are never mixed with measured ones. */
export function publishedFor(experiment: string): PublishedExperiment | null {
  const { experiments, sources } = publishedFile();
  const found = experiments[experiment];
  return found ? { source: sources[found.source] ?? found.source, arms: found.arms } : null;
}

/** What others publish of which models fit which machines. */
export function publishedGuidance(): Guidance {
  const { recommendation, sources } = publishedFile();
  const rows = recommendation.rows.map(({ ramGB, ...advice }) => ({
    ramGB: Number(ramGB),
    advice: advice as Readonly<Record<string, string>>,
  }));
  return { source: sources[recommendation.source] ?? recommendation.source, rows };
}

/** What others publish that quantizing costs. */
export function publishedLosses(): PublishedLosses {
  const { quantizationFormats: expected, perplexityIncrease: measured, sources } = publishedFile();
  const named = ({ source }: { readonly source: string }) => sources[source] ?? source;
  return {
    expected: { ...expected, source: named(expected) },
    measured: { ...measured, source: named(measured) },
  };
}

function publishedFile(): PublishedFile {
  const file = path.join(import.meta.dirname, "published-results.json");
  return JSON.parse(readFileSync(file, "utf8")) as PublishedFile;
}
