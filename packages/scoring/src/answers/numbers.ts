/** A number where it stands in a text. */
export interface FoundNumber {
  /** NaN for what has more than one point, as a version has. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Letters of scripts that put no space between words. */
export const unspaced =
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}";

const minus = "[\\-–−]";
/** Behind a word or a number it joins that to the next. */
const sign = `(?<![[\\p{L}\\p{N}\\)\\]%]--[${unspaced}]])${minus}`;
const currency = "\\p{Sc}\\s?";
const separator = "[,'’\\u00A0\\u2009\\u202F]";
const grouped = `\\d{1,3}(?:${separator}\\d{2,3})*${separator}\\d{3}(?!\\d)`;
/** A point that is no dot behind a word, nor one of several. */
const fraction = "(?<![\\p{L}\\p{N}.])\\.\\d+";
const number = new RegExp(
  `(?:${sign}(?:${currency})?|${currency}${minus}?)?(?:(?:${grouped}|\\d+)(?:\\.\\d+)*|${fraction})`,
  "gv",
);

/**
 * The numbers of a text, each as a whole: its sign, which may be a hyphen, a dash or a minus, with a currency before or
 * behind it; groups of digits put apart by commas, apostrophes or spaces that do not break; a decimal point.
 */
export function numbersIn(text: string): FoundNumber[] {
  return [...text.matchAll(number)].map(({ 0: found, index }) => ({
    value: Number(found.replace(/[–−]/, "-").replace(/[^\d.-]/g, "")),
    start: index,
    end: index + found.length,
  }));
}

/** The number that a text is and nothing else; null where it is none. */
export function numberOf(text: string): number | null {
  const [found] = numbersIn(text);
  const whole = found && found.start === 0 && found.end === text.length;
  return whole && Number.isFinite(found.value) ? found.value : null;
}
