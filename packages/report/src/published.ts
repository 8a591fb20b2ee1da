import { readFileSync } from "node:fs";
import path from "node:path";
import type { MetricName } from "@quantlab/core";

/** What others published for one arm; a metric that they did not give is missing. */
export type PublishedArm = Partial<Record<MetricName, number>> & { readonly quality?: string };

export interface PublishedExperiment {
  /** Source, model, machine and protocol in the publisher's words. */
  readonly source: string;
  /** By the publisher's own arm names, which differ from the lab's. */
  readonly arms: Readonly<Record<string, PublishedArm>>;
}

interface PublishedFile {
  readonly sources: Readonly<Record<string, string>>;
  readonly experiments: Readonly<Record<string, PublishedExperiment>>;
}

/** Figures that others published for an experiment of this number, or null. They are never mixed with measured ones. */
export function publishedFor(experiment: string): PublishedExperiment | null {
  const file = path.join(import.meta.dirname, "published-results.json");
  const { experiments, sources } = JSON.parse(readFileSync(file, "utf8")) as PublishedFile;
  const found = experiments[experiment];
  return found ? { source: sources[found.source] ?? found.source, arms: found.arms } : null;
}
