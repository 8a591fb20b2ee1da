import type { ProcessEnd } from "@quantlab/core";

/** Why a process of the library's ended without a word of its own, as far as it can be known. */
export function lastWordsOf({ signal, lastWords }: ProcessEnd): string {
  const words = [signal && `the process died of ${signal}`, lastWords].filter(Boolean);
  return words.join(": ") || "the process died";
}
