import { letters } from "../letters.ts";
import type { ChoiceItem, ChoiceItems } from "../task.ts";
import type { TaskLine } from "../task-line.ts";

/**
 * MMLU on the Hugging Face hub: {"question","subject","choices","answer"}, the answer as an index or a letter.
 */
export function mmluLines(rows: readonly TaskLine[]): ChoiceItems {
  const items = rows.map((row) => {
    const choices = row.texts("choices", 2);
    const answer =
      typeof row.value("answer") === "string" && !/^\d+$/.test(row.text("answer"))
        ? row.labelled("answer", letters(choices.length))
        : row.looseIndex("answer", choices);
    return item(row, choices, answer);
  });
  return { kind: "multiple-choice", items };
}

/** MMLU's own tables: the columns question, A, B, C, D and answer, the last as a letter. */
export function mmluTable(rows: readonly TaskLine[]): ChoiceItems {
  const items = rows.map((row) => {
    const names = letters(26).filter((letter) => row.has(letter));
    if (names.length < 2) throw row.broken("has no choices: name two columns or more A, B, …");
    const choices = names.map((name) => row.text(name));
    return item(row, choices, row.labelled("answer", names));
  });
  return { kind: "multiple-choice", items };
}

/** The choices stand in the prompt, and the model is asked for the letter. */
function item(row: TaskLine, choices: readonly string[], answer: number): ChoiceItem {
  const names = letters(choices.length);
  const lines = choices.map((choice, index) => `${names[index]}. ${choice}`);
  const subject = row.anyText("subject").replaceAll("_", " ");
  const head = subject
    ? `The following are multiple choice questions (with answers) about ${subject}.\n\n`
    : "";
  const prompt = `${head}${[row.text("question").trim(), ...lines, "Answer:"].join("\n")}`;
  return { id: `line-${row.number}`, prompt, choices: names.map((name) => ` ${name}`), answer };
}
