import { type MetricHandle, type NamedAnalysis, type Result, UsageError } from "@quantlab/core";
import { metricNamed } from "@quantlab/shared-metrics";
import type { ChartSpec } from "../charts/chart-spec.ts";

/** A part of another README that is made from a result. */
export interface Card {
  /** From the repository's root. */
  readonly file: string;
  readonly section: string;
  readonly text: string;
}

/** What an experiment may have made of its figures; each part is empty where a result has too few of them. */
export interface Analysis {
  /** For the finding, instead of arm by arm. */
  sentences?(result: Result, named: NamedAnalysis): readonly string[];
  charts?(result: Result, named: NamedAnalysis): readonly ChartSpec[];
  /** What others published, beside the result that stands first; null while there is none of real weights. */
  published?(result: Result | null, named: NamedAnalysis): string;
  card?(result: Result, named: NamedAnalysis): Card | null;
  /** What only the results of several models on one machine tell together, in a part of its own. */
  readonly together?: {
    /** For the finding, instead of the first result's own; none where the results are too few. */
    sentences(results: readonly Result[]): readonly string[];
    text(results: readonly Result[]): string;
    charts(results: readonly Result[]): readonly ChartSpec[];
  };
}

/** A setting of an analysis. Throws a UsageError where it is missing. */
export function setting(named: NamedAnalysis, name: string): string {
  const value = named[name];
  if (typeof value === "string") return value;
  throw new UsageError(
    `the analysis ${named.analysis} has no ${name}`,
    `name it: { analysis: "${named.analysis}", ${name}: "…" }`,
  );
}

/** A setting of an analysis that is a list of names. Throws a UsageError where it is missing. */
export function names(named: NamedAnalysis, name: string): readonly string[] {
  const value = named[name];
  if (Array.isArray(value)) return value.map(String);
  throw new UsageError(
    `the analysis ${named.analysis} has no list ${name}`,
    `name them: { analysis: "${named.analysis}", ${name}: ["…"] }`,
  );
}

/** A setting that is lists of names, by the name of each. Throws a UsageError where it is missing. */
export function namesByName(named: NamedAnalysis, name: string): Readonly<Record<string, readonly string[]>> {
  const value = named[name];
  if (typeof value === "object" && value !== null && Object.values(value).every(Array.isArray))
    return value as Readonly<Record<string, readonly string[]>>;
  throw new UsageError(
    `the analysis ${named.analysis} has no lists ${name}`,
    `name them: { analysis: "${named.analysis}", ${name}: { "…": ["…"] } }`,
  );
}

/** The metric that a setting names. Throws an UnknownNameError for one that the lab does not have. */
export function metricOf(named: NamedAnalysis, name: string): MetricHandle {
  return metricNamed(setting(named, name));
}
