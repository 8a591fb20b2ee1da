import { table } from "./markdown.ts";

/** One line of a table with arms across: its label and a cell an arm. */
export interface ArmRow {
  readonly label: string;
  readonly cells: readonly string[];
  /** Rows of one part stand in one table where arms go down. */
  readonly part?: string;
}

/** More columns than this push the figures off the page. */
const mostAcross = 8;

/** Whether so many arms are listed downwards. */
export function goesDown(arms: number): boolean {
  return arms > mostAcross;
}

/**
 * A table of arms as Markdown: across, as long as they fit on a page; else downwards, one table for each part.
 * `headings` are the arms', and whatever stands beside them.
 */
export function armTable(corner: string, headings: readonly string[], rows: readonly ArmRow[]): string {
  if (!goesDown(headings.length)) {
    return table(
      [corner, ...headings],
      rows.map(({ label, cells }) => [label, ...cells]),
    );
  }
  return [...Map.groupBy(rows, ({ part }) => part).values()]
    .map((group) =>
      table(
        ["", ...group.map(({ label }) => label.replace(/, /g, ",<br>"))],
        headings.map((heading, index) => [heading, ...group.map(({ cells }) => cells[index]!)]),
      ),
    )
    .join("\n\n");
}
