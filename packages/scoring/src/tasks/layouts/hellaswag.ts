import type { ChoiceItems } from "../task.ts";
import type { TaskLine } from "../task-line.ts";

/**
 * HellaSwag: {"activity_label","ctx_a","ctx_b","ctx","endings","label"}. The model finds out how a paragraph
 * goes on; WikiHow's marks are taken out, as lm-evaluation-harness does it.
 */
export function hellaswagLines(rows: readonly TaskLine[]): ChoiceItems {
  const items = rows.map((row) => {
    const endings = row.texts("endings", 2);
    const beginning = row.has("ctx_a")
      ? `${row.anyText("ctx_a")} ${capitalize(row.anyText("ctx_b"))}`
      : row.text("ctx");
    const label = row.anyText("activity_label");
    return {
      id: `line-${row.number}`,
      prompt: cleaned(label ? `${label}: ${beginning}` : beginning),
      choices: endings.map((ending) => ` ${cleaned(ending)}`),
      answer: row.looseIndex("label", endings),
    };
  });
  return { kind: "multiple-choice", items };
}

function cleaned(text: string): string {
  return text
    .trim()
    .replaceAll(" [title]", ". ")
    .replace(/\[.*?\]/g, "")
    .replaceAll("  ", " ")
    .trim();
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
