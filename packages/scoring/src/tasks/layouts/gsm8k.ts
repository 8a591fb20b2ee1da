import type { QuestionItems } from "../task.ts";
import type { TaskLine } from "../task-line.ts";

/** Enough to reason about a problem of primary school. */
const answerTokens = 256;

/** GSM8K: {"question","answer"}, where the answer is worked out in words and ends in "#### 42". */
export function gsm8kLines(rows: readonly TaskLine[]): QuestionItems {
  const items = rows.map((row) => {
    const answer = /####\s*(-?[\d,]*\.?\d+)\s*$/.exec(row.text("answer"))?.[1];
    if (answer === undefined) throw row.bad("answer", 'must end in "#### " and a number');
    return {
      id: `line-${row.number}`,
      question: row.text("question").trim(),
      answer: answer.replaceAll(",", ""),
      accept: [answer.replaceAll(",", "")],
    };
  });
  return { kind: "generation", judge: "last-number", newTokens: answerTokens, items };
}
