import type { ChoiceItems } from "../task.ts";
import type { TaskLine } from "../task-line.ts";

/**
 * ARC, as on the Hugging Face hub ({"id","question","choices":{"text","label"},"answerKey"}) and as first
 * published ({"id","question":{"stem","choices":[{"text","label"}]},"answerKey"}).
 */
export function arcLines(rows: readonly TaskLine[]): ChoiceItems {
  const items = rows.map((row) => {
    const { question, texts, labels } = row.hasWithin("question") ? published(row) : onTheHub(row);
    return {
      id: row.text("id"),
      prompt: `Question: ${question}\nAnswer:`,
      choices: texts.map((text) => ` ${text}`),
      answer: row.labelled("answerKey", labels),
    };
  });
  return { kind: "multiple-choice", items };
}

function onTheHub(row: TaskLine) {
  const choices = row.within("choices");
  const texts = choices.texts("text", 2);
  const labels = choices.texts("label", 2);
  if (labels.length !== texts.length)
    throw choices.bad("label", `must name each of the ${texts.length} texts`);
  return { question: row.text("question"), texts, labels };
}

function published(row: TaskLine) {
  const question = row.within("question");
  const choices = question.listWithin("choices", 2);
  return {
    question: question.text("stem"),
    texts: choices.map((choice) => choice.text("text")),
    labels: choices.map((choice) => choice.text("label")),
  };
}
