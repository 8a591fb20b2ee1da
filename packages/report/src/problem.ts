import type { QuantlabError } from "@quantlab/core";

/** What is wrong and what to do about it, in one line. */
export function describeProblem({ message, remedy }: QuantlabError): string {
  return remedy ? `${message} (${remedy})` : message;
}
