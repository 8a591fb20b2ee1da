import { numbersIn, unspaced } from "./numbers.ts";

const isWordCharacter = /[\p{L}\p{M}\p{N}]/u;
const isUnspaced = new RegExp(`[${unspaced}]`, "v");
const words = new Intl.Segmenter("en", { granularity: "word" });

/** Whether a wording stands in a text, whatever the case, and neither end of it is inside of a word or of a number. */
export function holdsWording(text: string, wording: string): boolean {
  const numbers = numbersIn(text);
  const isEdge = (at: number) =>
    isWordEdge(text, at) && !numbers.some(({ start, end }) => start < at && at < end);
  // Ahead, so that the next may begin within the last.
  const found = text.matchAll(new RegExp(`(?=(${RegExp.escape(wording)}))`, "giu"));
  return [...found].some(({ 1: hit, index }) => isEdge(index) && isEdge(index + hit!.length));
}

/**
 * Whether no word goes on across a place: between letters, marks and digits one does, but for scripts without spaces, in
 * which ICU's dictionaries tell the words.
 */
export function isWordEdge(text: string, at: number): boolean {
  const before = /.$/su.exec(text.slice(0, at))?.[0] ?? "";
  const after = /^./su.exec(text.slice(at))?.[0] ?? "";
  if (!isWordCharacter.test(before) || !isWordCharacter.test(after)) return true;
  if (!isUnspaced.test(before) && !isUnspaced.test(after)) return false;
  return words.segment(text).containing(at)?.index === at;
}
