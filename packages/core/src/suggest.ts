import { distance } from "fastest-levenshtein";

/**
 * The known name nearest to `value`, or null when none is near enough to be meant. Case does not count, and letters
 * left out are likelier than letters mistaken: "Q4_M" is a short Q4_K_M, not a wrong Q4_0.
 */
export function closest(value: string, known: readonly string[]): string | null {
  const wanted = value.toLowerCase();
  const [best] = known
    .map((name) => ({
      name,
      edits: distance(wanted, name.toLowerCase()),
      abbreviated: isWithin(wanted, name),
    }))
    .filter(({ edits }) => edits <= Math.max(2, Math.floor(wanted.length / 3)))
    .sort((a, b) => Number(b.abbreviated) - Number(a.abbreviated) || a.edits - b.edits);
  return best?.name ?? null;
}

/** Whether `name` holds the letters of `wanted` in their order. */
function isWithin(wanted: string, name: string): boolean {
  let found = 0;
  for (const letter of name.toLowerCase()) if (letter === wanted[found]) found++;
  return found === wanted.length;
}
