import type { Result } from "@quantlab/core";
import { compareText } from "./documents.ts";

export interface Arrangement {
  /** The newest run of the shipped model, or else the newest of all. */
  readonly first: Result;
  /** Other models on the same host: real ones by name, then synthetic ones. */
  readonly sameHost: readonly Result[];
  /** By host id; within a host the shipped model first. */
  readonly otherHosts: readonly (readonly Result[])[];
}

const shippedModel = "sprout";

/** The order in which a README shows an experiment's results; null when there are none. */
export function arrange(results: Iterable<Result>): Arrangement | null {
  const all = [...results].sort(newestFirst);
  const first = all.find((result) => result.model === shippedModel) ?? all[0];
  if (!first) return null;
  const hosts = [...new Set(all.map((result) => result.host.id))]
    .filter((id) => id !== first.host.id)
    .sort(compareText);
  const onHost = (id: string) =>
    all.filter((result) => result.host.id === id && result !== first).sort(byModel);
  return { first, sameHost: onHost(first.host.id), otherHosts: hosts.map(onHost) };
}

/** Newest first; results of the same moment by host and model. */
export function newestFirst(a: Result, b: Result): number {
  return (
    compareText(b.startedAt, a.startedAt) ||
    compareText(a.host.id, b.host.id) ||
    compareText(a.model, b.model)
  );
}

function byModel(a: Result, b: Result): number {
  return rank(a) - rank(b) || compareText(a.model, b.model);
}

function rank({ model, synthetic }: Result): number {
  return model === shippedModel ? 0 : synthetic ? 2 : 1;
}
