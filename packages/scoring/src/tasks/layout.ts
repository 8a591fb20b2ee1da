import { arcLines } from "./layouts/arc.ts";
import { gsm8kLines } from "./layouts/gsm8k.ts";
import { hellaswagLines } from "./layouts/hellaswag.ts";
import { mmluLines } from "./layouts/mmlu.ts";
import { choiceItems, questionItems } from "./layouts/quantlab.ts";
import type { ChoiceItems, Layout, QuestionItems } from "./task.ts";
import type { TaskLine } from "./task-line.ts";

interface LayoutRule {
  readonly layout: Layout;
  /** Fields that tell this layout from those below it. */
  readonly fields: readonly string[];
  readonly read: (rows: readonly TaskLine[]) => ChoiceItems | QuestionItems;
}

/** Layouts of JSON lines; the first whose fields the first line has is the file's. */
const rules: readonly LayoutRule[] = [
  { layout: "quantlab", fields: ["question", "accept"], read: questionItems },
  { layout: "hellaswag", fields: ["endings"], read: hellaswagLines },
  { layout: "arc", fields: ["question", "answerKey"], read: arcLines },
  { layout: "mmlu", fields: ["question", "choices"], read: mmluLines },
  { layout: "gsm8k", fields: ["question", "answer"], read: gsm8kLines },
  { layout: "quantlab", fields: ["choices"], read: choiceItems },
];

/** Throws a BadFileError that names the layouts for a first line that fits none. */
export function layoutOf(first: TaskLine): LayoutRule {
  const rule = rules.find(({ fields }) => fields.every((field) => first.has(field)));
  if (rule) return rule;
  throw first.broken(
    'is of no known layout: it has neither "prompt" and "choices" nor "question", "answer" and "accept", and no fields of MMLU, HellaSwag, ARC or GSM8K',
  );
}
