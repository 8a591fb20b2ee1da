import { UsageError } from "@quantlab/core";

/** Adds what a flag says to what it said before: a flag may be given again. */
export type ListReader<Value> = (typed: string, before?: readonly Value[]) => readonly Value[];

/** Values separated by commas, each read by `read`. */
export function listOf<Value>(read: (typed: string) => Value): ListReader<Value> {
  return (typed, before = []) => [...before, ...typed.split(",").map((part) => read(part.trim()))];
}

/** Reads one value as a list of them is read elsewhere; throws a UsageError for several. */
export function one<Value>(flag: string, read: ListReader<Value>): (typed: string) => Value {
  return (typed) => {
    const values = read(typed);
    if (values.length === 1) return values[0]!;
    throw new UsageError(
      `${flag} "${typed}" are ${values.length} values, and here it takes one`,
      "give one, or measure them all with pnpm lab bench",
    );
  };
}
