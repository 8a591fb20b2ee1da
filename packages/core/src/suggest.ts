import { distance } from "fastest-levenshtein";

/** The known name nearest to `value`, or null when none is near enough to be meant. Case does not count. */
export function closest(value: string, known: readonly string[]): string | null {
  const wanted = value.toLowerCase();
  const ranked = known
    .map((name) => ({ name, edits: distance(wanted, name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(2, Math.floor(wanted.length / 3)) ? best.name : null;
}
