import { readdir } from "node:fs/promises";
import path from "node:path";
import { BadFileError, readText, sha256 } from "@quantlab/core";
import { layoutOf } from "./layout.ts";
import { mmluTable } from "./layouts/mmlu.ts";
import { tableRows } from "./table-rows.ts";
import type { Task } from "./task.ts";
import { TaskLine } from "./task-line.ts";

const endings = [".jsonl", ".csv"];

/**
 * Reads one task, named after its file: JSON lines in the lab's own layout or in that of MMLU, HellaSwag, ARC
 * or GSM8K (the first line says which), or a table as MMLU has them. Throws a BadFileError that names file,
 * line and field.
 */
export async function readTask(file: string): Promise<Task> {
  const text = await readText(file);
  const ending = path.extname(file);
  const isTable = ending.toLowerCase() === ".csv";
  const head = { task: path.basename(file, ending), taskSha256: sha256(text), file };
  const rows = isTable ? tableRows(file, text) : TaskLine.all(file, text);
  const first = rows[0];
  if (!first) throw new BadFileError(file, "has no items", "restore the file, or make it again");
  if (isTable) return { ...head, layout: "mmlu", ...mmluTable(rows) };
  const { layout, read } = layoutOf(first);
  const task = { ...head, layout, ...read(rows) };
  refuseRepeatedIds(task, rows);
  refuseBlanks(task, rows);
  return task;
}

/** The tasks of a folder, in name order. Throws a BadFileError for a folder without any. */
export async function readTasks(folder: string): Promise<Task[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => endings.includes(path.extname(name).toLowerCase())).sort();
  if (files.length === 0) {
    throw new BadFileError(folder, "holds no task (*.jsonl, *.csv)", "check the path, or the checkout");
  }
  return Promise.all(files.map((name) => readTask(path.join(folder, name))));
}

/** A choice needs something behind the space that joins it to its prompt, and a wording something to look for. */
function refuseBlanks({ items }: Task, rows: readonly TaskLine[]): void {
  items.forEach((item, place) => {
    const [what, texts] = "choices" in item ? ["choice", item.choices] : ["wording", item.accept];
    const blank = texts.find((text) => text.trim() === "");
    if (blank !== undefined) throw rows[place]!.broken(`the ${what} ${JSON.stringify(blank)} is blank`);
  });
}

function refuseRepeatedIds({ items }: Task, rows: readonly TaskLine[]): void {
  const seen = new Set<string>();
  items.forEach(({ id }, place) => {
    if (seen.has(id)) throw rows[place]!.broken(`"id" ${JSON.stringify(id)} is there twice`);
    seen.add(id);
  });
}
