import { stat } from "node:fs/promises";
import {
  BadFileError,
  fromUser,
  placeOf,
  shippedPath,
  taskSets,
  toPublicPath,
  UsageError,
} from "@quantlab/core";
import { readTask, readTasks, type Task } from "@quantlab/scoring";

const shipped = taskSets["sprout-tasks@1"];

/**
 * The tasks of the files and folders as they were typed, or the shipped ones; all read, so that a malformed line is
 * told before a model is loaded. Two of one name are a UsageError.
 */
export async function tasksFrom(typed: readonly string[] | undefined): Promise<Task[]> {
  const places = typed?.map(fromUser) ?? [await shippedPath(shipped)];
  const tasks = (await Promise.all(places.map(tasksAt))).flat();
  const names = new Map<string, Task>();
  for (const task of tasks) {
    const other = names.get(task.task);
    if (other) {
      throw new UsageError(
        `two tasks are named ${task.task}: ${other.file} and ${task.file}`,
        "give each file once, and rename one of two",
      );
    }
    names.set(task.task, task);
  }
  return tasks;
}

async function tasksAt(place: string): Promise<Task[]> {
  const found = await stat(place).catch(() => null);
  if (!found) {
    throw new BadFileError(
      place,
      "no such file or folder",
      `check the path; the shipped tasks are in ${toPublicPath(placeOf(shipped))}`,
    );
  }
  return found.isDirectory() ? readTasks(place) : [await readTask(place)];
}
