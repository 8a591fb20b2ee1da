import { stdoutStyle } from "@quantlab/terminal";
import Table from "cli-table3";

const noBorders = Object.fromEntries(
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid"
    .split(" ")
    .map((place) => [place, ""]),
);

/** Columns under a heading, two spaces apart; cells may have several lines. Ends with a newline. */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: heading.map((title) => stdoutStyle("bold", title)),
    chars: { ...noBorders, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split("\n");
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}
