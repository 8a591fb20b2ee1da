import path from "node:path";
import { BadFileError, sha256 } from "@quantlab/core";
import { readText } from "./read-text.ts";
import { TaskLine } from "./task-line.ts";

/**
 * A question with the answers to choose from; the model is asked which it finds likeliest after the prompt.
 */
export interface ChoiceItem {
  readonly id: string;
  readonly prompt: string;
  readonly choices: readonly string[];
  readonly answer: number;
}

/** A question asked in chat, with the wordings of its answer that count. */
export interface QuestionItem {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly accept: readonly string[];
}

interface TaskHead {
  readonly task: string;
  readonly taskSha256: string;
  readonly file: string;
}
export type Task = TaskHead &
  (
    | { readonly kind: "multiple-choice"; readonly items: readonly ChoiceItem[] }
    | { readonly kind: "generation"; readonly items: readonly QuestionItem[] }
  );

/**
 * Reads one task of JSON lines: {"id","prompt","choices","answer"} for multiple choice,
 * {"id","question","answer","accept"} for generated answers; the first line says which. The task is named
 * after its file. Throws a BadFileError that names file, line and field.
 */
export async function readTask(file: string): Promise<Task> {
  const text = await readText(file);
  const lines = text.split("\n").flatMap((line, index) => (line.trim() ? [{ line, number: index + 1 }] : []));
  const rows = lines.map(({ line, number }) => new TaskLine(file, number, line));
  const first = rows[0];
  if (!first) throw new BadFileError(file, "has no items", remedy);
  const head = { task: path.basename(file, ".jsonl"), taskSha256: sha256(text), file };
  const task: Task = first.has("question")
    ? { ...head, kind: "generation", items: rows.map(questionItem) }
    : { ...head, kind: "multiple-choice", items: rows.map(choiceItem) };
  refuseRepeatedIds(file, task.items, lines);
  return task;
}

const remedy = "restore the file, or write it again with the recipe that makes it";

function choiceItem(row: TaskLine): ChoiceItem {
  const choices = row.texts("choices", 2);
  return { id: row.text("id"), prompt: row.text("prompt"), choices, answer: row.index("answer", choices) };
}

function questionItem(row: TaskLine): QuestionItem {
  return {
    id: row.text("id"),
    question: row.text("question"),
    answer: row.text("answer"),
    accept: row.texts("accept", 1),
  };
}

function refuseRepeatedIds(
  file: string,
  items: readonly { readonly id: string }[],
  lines: readonly { readonly number: number }[],
): void {
  const seen = new Set<string>();
  items.forEach(({ id }, place) => {
    if (seen.has(id)) {
      throw new BadFileError(
        file,
        `line ${lines[place]!.number}: "id" ${JSON.stringify(id)} is there twice`,
        remedy,
      );
    }
    seen.add(id);
  });
}
