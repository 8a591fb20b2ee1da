/**
 * Any text as inline Markdown that shows exactly that text: no markup, no HTML, no table cell or section marker
 * can come out of it. Line ends become spaces.
 */
export function inlineText(text: string): string {
  return (
    visible(text)
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[\\`*[\]|~$]/g, "\\$&")
      // Between letters and digits an underscore is no markup, and Q4_K_M reads better as it is.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/(https?|ftp):/gi, "$1\\:")
  );
}

/** A name in code type. */
export function code(name: string): string {
  return `\`${visible(name).replace(/[`|\s]+/g, " ")}\``;
}

/** Any text as a block quote, line for line. */
export function quoted(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n").trim().split("\n").map(asLine);
  // A backslash keeps the line break, except where a paragraph ends anyway.
  return lines.map((line, index) => `> ${line}${line && lines[index + 1] ? "\\" : ""}`.trimEnd()).join("\n");
}

/** A table; cells are Markdown already. The first column is aligned left, the others right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A part that is folded away until it is clicked. `summary` is plain text: Markdown is not read inside the tag. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${htmlText(summary.replace(/\s+/g, " "))}</summary>\n\n${body}\n\n</details>`;
}

/** Parts one below the other; empty ones leave no gap. */
export function paragraphs(...parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join("\n\n");
}

/** Any text as HTML text or attribute value that shows exactly that text. */
export function htmlText(text: string): string {
  return visible(text)
    .replace(/&/g, "&amp;")
    .replace(/"/g, "&quot;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

/** A line that would begin a list, a rule, a heading line or a numbered item begins with the same character, escaped. */
function asLine(line: string): string {
  return inlineText(line)
    .replace(/^([-+=:#])/, "\\$1")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
