import { UnknownOptionError, UsageError } from "./errors.ts";
import type { Json } from "./json.ts";

/** What an option may be, and how to say so: [positiveInteger, "a whole number above 0"]. */
export type OptionCheck = readonly [fits: (value: Json) => boolean, expected: string];

export const positiveInteger: OptionCheck = [
  (value) => Number.isInteger(value) && (value as number) > 0,
  "a whole number above 0",
];

export const naturalNumber: OptionCheck = [
  (value) => value === 0 || positiveInteger[0](value),
  "0 or a whole number above it",
];

export const oneOf = (...allowed: readonly Json[]): OptionCheck => [
  (value) => allowed.includes(value),
  allowed
    .map((value) => String(value))
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1"),
];

/** A value for keys and one for values, as of the types of a KV cache. */
export const pairOf = (allowed: readonly string[]): OptionCheck => [
  (value) => Array.isArray(value) && value.length === 2 && value.every(oneOf(...allowed)[0]),
  `two of ${allowed.join(", ")}`,
];

/** Returns the options that are set; an unknown name is an UnknownOptionError, a value that does not fit a UsageError. */
export function checkOptions<Options extends object>(
  backend: string,
  checks: Readonly<Record<keyof Options & string, OptionCheck>>,
  options: Readonly<Record<string, Json | undefined>>,
): Options {
  const set = Object.entries(options).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  for (const [name, value] of set) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof Options & string] : null;
    if (!check) throw new UnknownOptionError(backend, name, Object.keys(checks));
    const [fits, expected] = check;
    if (!fits(value))
      throw new UsageError(`${backend}: ${name} is ${JSON.stringify(value)}`, `give ${expected}`);
  }
  return Object.fromEntries(set) as Options;
}
