import { UnknownNameError } from "@quantlab/core";

/** Reads an option that is one of some names, whatever their case. */
export function nameFrom(kind: string, known: readonly string[]): (typed: string) => string {
  return (typed) => {
    if (known.includes(typed.toLowerCase())) return typed.toLowerCase();
    throw new UnknownNameError(kind, typed, known);
  };
}
