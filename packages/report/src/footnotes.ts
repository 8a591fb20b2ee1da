import { inlineText } from "./markdown.ts";

export interface Footnotes {
  /** The number that refers to `text`; the same text always has the same number. */
  mark(text: string): string;
  /** The notes as Markdown, one a line; empty when nothing was marked. */
  list(): string;
}

/** Notes below a table, numbered in the order in which they are first marked. */
export function footnotes(): Footnotes {
  const texts: string[] = [];
  return {
    mark(text) {
      if (!texts.includes(text)) texts.push(text);
      return `<sup>${texts.indexOf(text) + 1}</sup>`;
    },
    list: () => texts.map((text, index) => `<sup>${index + 1}</sup> ${inlineText(text)}`).join("<br>\n"),
  };
}
