import type { Result } from "@quantlab/core";
import { compareText } from "./documents.ts";

export interface Arrangement {
  /** The newest run of the experiment's own model, or else the newest of all. */
  readonly first: Result;
  /** Other models on the same host: real ones by name, then synthetic ones. */
  readonly sameHost: readonly Result[];
  /** By host id; within a host the own model first. */
  readonly otherHosts: readonly (readonly Result[])[];
}

/** The order in which a README shows an experiment's results; null when there are none. `own` is the model of its arms. */
export function arrange(results: Iterable<Result>, own: string): Arrangement | null {
  const all = [...results].sort(newestFirst);
  const first = all.find((result) => result.model === own) ?? all[0];
  if (!first) return null;
  const hosts = [...new Set(all.map((result) => result.host.id))]
    .filter((id) => id !== first.host.id)
    .sort(compareText);
  const onHost = (id: string) =>
    all
      .filter((result) => result.host.id === id && result !== first)
      .sort((a, b) => rank(a, own) - rank(b, own) || compareText(a.model, b.model));
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

function rank({ model, synthetic }: Result, own: string): number {
  return model === own ? 0 : synthetic ? 2 : 1;
}
