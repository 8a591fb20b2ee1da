import { UsageError } from "@quantlab/core";

/** Reads an option that is a whole number of at least `least`. */
export function wholeNumber(flag: string, least: number): (typed: string) => number {
  return (typed) => {
    const value = Number(typed);
    if (/^-?\d+$/.test(typed.trim()) && Number.isSafeInteger(value) && value >= least) return value;
    throw new UsageError(
      `${flag} "${typed}" is not a whole number of at least ${least}`,
      `try ${flag} ${Math.max(least, 16)}`,
    );
  };
}

/** Reads an option that is a number between two bounds, both included. */
export function numberBetween(flag: string, low: number, high: number): (typed: string) => number {
  return (typed) => {
    const value = Number(typed);
    if (typed.trim() !== "" && Number.isFinite(value) && value >= low && value <= high) return value;
    throw new UsageError(
      `${flag} "${typed}" is not a number from ${low} to ${high}`,
      `try ${flag} ${(low + high) / 2}`,
    );
  };
}
