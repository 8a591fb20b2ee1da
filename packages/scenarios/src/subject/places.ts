import { type ReadySubject, UsageError } from "@quantlab/core";

/** What may stand in a program's words: places of the plan, and the paths of its models. */
export function knownPlaces({ model, beside, places }: ReadySubject): Readonly<Record<string, string>> {
  const models = Object.entries({ ...beside, ...(model && { model }) });
  return { ...places, ...Object.fromEntries(models.map(([name, file]) => [name, file.path])) };
}

/** A program's word with `{name}` replaced by the place of that name; one that nobody named is a UsageError. */
export function filledIn(word: string, places: Readonly<Record<string, string>>): string {
  return word.replace(/\{([\w.-]+)\}/g, (_, name: string) => {
    const place = places[name];
    if (place !== undefined) return place;
    throw new UsageError(
      `"${word}" names {${name}}, and the plan has no such place`,
      `add it to the plan's places`,
    );
  });
}
