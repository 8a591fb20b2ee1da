import type { Result } from "@quantlab/core";
import { compareText } from "./documents.ts";

export interface Arrangement {
  /** A run of each model, in the order in which a reader meets them; all on the first's machine where it has run them. */
  readonly leads: readonly [Result, ...Result[]];
  /** The other machines' runs of the same models, by host id; within a host in the same order. */
  readonly otherHosts: readonly (readonly Result[])[];
}

export interface OwnModel {
  /** The model that the experiment's arms name. */
  readonly model: string;
  /** Its question is about that one, so that it stands first and not last. */
  readonly leads: boolean;
}

/**
 * The order in which a README shows an experiment's results; null when there are none: models that others publish, random
 * weights of a real size, and then the one that the repository brings along. The newest run of the first decides the machine.
 */
export function arrange(results: Iterable<Result>, own: OwnModel): Arrangement | null {
  const all = [...results].sort(
    (a, b) => rank(a, own) - rank(b, own) || compareText(a.model, b.model) || newestFirst(a, b),
  );
  const [first] = all;
  if (!first) return null;
  const models = Map.groupBy(all, ({ model }) => model);
  const leads = [...models.values()].map(
    (runs) => runs.find(({ host }) => host.id === first.host.id) ?? runs[0]!,
  ) as [Result, ...Result[]];
  const others = Map.groupBy(
    all.filter((result) => !leads.includes(result)),
    ({ host }) => host.id,
  );
  return { leads, otherHosts: [...others].sort(([a], [b]) => compareText(a, b)).map(([, runs]) => runs) };
}

/** Those that ran on the machine of the first. */
export function ofOneMachine(results: readonly Result[]): readonly Result[] {
  return results.filter(({ host }) => host.id === results[0]!.host.id);
}

/** Newest first; results of the same moment by host and model. */
export function newestFirst(a: Result, b: Result): number {
  return (
    compareText(b.startedAt, a.startedAt) ||
    compareText(a.host.id, b.host.id) ||
    compareText(a.model, b.model)
  );
}

function rank({ model, synthetic }: Result, own: OwnModel): number {
  if (model === own.model) return own.leads ? 0 : 3;
  return synthetic ? 2 : 1;
}
