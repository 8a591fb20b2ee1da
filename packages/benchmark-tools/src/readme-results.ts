import type { PairedRatio } from "@quantlab/shared-metrics";

const begin = "<!-- results:begin -->";
const end = "<!-- results:end -->";

/** The README with these sections between its markers. */
export function withResults(readme: string, sections: readonly string[]): string {
  const [before, rest] = split(readme, begin);
  const [, after] = split(rest, end);
  return `${before}${begin}\n\n${sections.join("\n\n")}\n\n${end}${after}`;
}

function split(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`README.md has lost its line ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

/** A geometric mean over rounds with its 95% interval: "0.993 (0.959–1.028)"; nothing where there is no ratio. */
export function formatRatio(paired: PairedRatio | null): string {
  if (paired === null) return "";
  const [low, high] = paired.ci95;
  return `${paired.ratio.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
