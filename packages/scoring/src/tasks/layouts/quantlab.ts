import type { ChoiceItems, QuestionItems } from "../task.ts";
import type { TaskLine } from "../task-line.ts";

/** Enough for an answer of a sentence or two. */
const answerTokens = 40;

/**
 * The lab's own: {"id","prompt","choices","answer"} for multiple choice, {"id","question","answer","accept"}
 * for generated answers.
 */
export function choiceItems(rows: readonly TaskLine[]): ChoiceItems {
  const items = rows.map((row) => {
    const choices = row.texts("choices", 2);
    return { id: row.text("id"), prompt: row.text("prompt"), choices, answer: row.index("answer", choices) };
  });
  return { kind: "multiple-choice", items };
}

export function questionItems(rows: readonly TaskLine[]): QuestionItems {
  const items = rows.map((row) => ({
    id: row.text("id"),
    question: row.text("question"),
    answer: row.text("answer"),
    accept: row.texts("accept", 1),
  }));
  return { kind: "generation", judge: "wording", newTokens: answerTokens, items };
}
