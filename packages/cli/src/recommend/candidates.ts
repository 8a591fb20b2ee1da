import { UnknownNameError, UsageError } from "@quantlab/core";
import { store } from "@quantlab/engines";
import type { CatalogueEntry } from "@quantlab/model-store";
import type { Loss } from "./quality.ts";

/** Types that a recommendation chooses from; the catalogue's models are published in them. */
const types = ["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"] as const;

/** A model with the types in which it can be had. */
export interface Candidate {
  readonly entry: CatalogueEntry;
  readonly types: readonly string[];
}

/**
 * The models to choose from, largest first: those that were named, or all that are published. Throws an UnknownNameError for a
 * name that is none, and a UsageError where none was trained for so long a context.
 */
export function candidatesFor(
  named: readonly string[] | undefined,
  context: number,
  losses: ReadonlyMap<string, Loss>,
): Candidate[] {
  const { models } = store.catalogue();
  const wanted =
    named?.map((id) => entryNamed(id, models)) ?? models.filter(({ kind }) => kind === "published");
  const long = wanted.filter((entry) => entry.context >= context);
  if (long.length === 0) {
    const longest = wanted.reduce((most, entry) => (entry.context > most.context ? entry : most));
    throw new UsageError(
      `${named ? "none of these models" : "no model of the catalogue"} was trained for ${context} tokens`,
      `the longest is ${longest.id}: give -c ${longest.context} or less`,
    );
  }
  return long
    .map((entry) => ({ entry, types: byLoss(losses).filter((type) => canBeHad(entry, type)) }))
    .toSorted((a, b) => (b.entry.parameters ?? 0) - (a.entry.parameters ?? 0));
}

/** Those that lose least first; a type that no ladder holds may lose anything. */
function byLoss(losses: ReadonlyMap<string, Loss>): readonly string[] {
  const lossOf = (type: string) => losses.get(type)?.high ?? Number.POSITIVE_INFINITY;
  return types.toSorted((a, b) => lossOf(a) - lossOf(b));
}

function entryNamed(id: string, models: readonly CatalogueEntry[]): CatalogueEntry {
  const entry = models.find((each) => each.id === id);
  if (entry) return entry;
  throw new UnknownNameError(
    "model",
    id,
    models.map((each) => each.id),
  );
}

/** Published as it is, or made on this machine out of what is there. */
function canBeHad(entry: CatalogueEntry, type: string): boolean {
  if (entry.kind !== "published") return true;
  return entry.gguf.some(({ files }) => Object.hasOwn(files, type));
}
