import type { Judge } from "../tasks/task.ts";
import { numberOf, numbersIn } from "./numbers.ts";
import { holdsWording, isWordEdge } from "./whole-words.ts";

/**
 * Whether a written answer is right. By "wording": it holds one of `accept` as whole words, whatever the case; a wording
 * that is a number is met by an equal number, however that is written. By "last-number": the number behind the first
 * "####", or else its last one, equals one of `accept`. Accents may be composed or not.
 */
export function isRight(output: string, accept: readonly string[], judge: Judge): boolean {
  const text = output.normalize("NFC");
  const wordings = accept.map((wording) => wording.normalize("NFC"));
  if (judge === "wording") return wordings.some((wording) => holds(text, wording));
  const last = lastNumber(text);
  return last !== null && wordings.some((wording) => numberOf(wording) === last);
}

function holds(text: string, wording: string): boolean {
  const number = numberOf(wording);
  if (number === null) return holdsWording(text, wording);
  return numbersIn(text).some(
    ({ value, start, end }) => value === number && isWordEdge(text, start) && isWordEdge(text, end),
  );
}

/** The number that GSM8K's mark announces, or the last of a text; null when there is none. */
function lastNumber(text: string): number | null {
  const numbers = numbersIn(text).filter(({ value }) => Number.isFinite(value));
  const marked = numbers.find(({ start }) => /(?<!#)####[^\p{L}\p{N}\n]*$/u.test(text.slice(0, start)));
  return (marked ?? numbers.at(-1))?.value ?? null;
}
