import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BadFileError } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTasks } from "../src/tasks/task-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "tasks-"));
});
afterEach(() => rm(folder, { recursive: true }));

const choice = { id: "a-1", prompt: "2 plus 2 is", choices: [" 4", " 5"], answer: 0 };
const question = { id: "t-1", question: "Who?", answer: "Ada Lind", accept: ["Ada Lind", "Lind"] };
const write = (name: string, lines: readonly unknown[]) =>
  writeFile(
    path.join(folder, name),
    lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""),
  );
const failure = async () => {
  const error = await readTasks(folder).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadFileError);
  return (error as BadFileError).message.replace(folder, "FOLDER");
};

describe("task files", () => {
  test("are read in name order, each of the kind that its first line shows", async () => {
    await write("taught.jsonl", [question]);
    await write("adding.jsonl", [choice, "", { ...choice, id: "a-2" }]);
    await write("notes.txt", ["no task"]);
    const tasks = await readTasks(folder);
    expect(tasks.map(({ task, kind, items }) => [task, kind, items.length])).toEqual([
      ["adding", "multiple-choice", 2],
      ["taught", "generation", 1],
    ]);
    expect(tasks[0]!.items[0]).toEqual(choice);
    expect(tasks[1]!.items[0]).toEqual(question);
    expect(tasks[0]!.taskSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    [{ ...choice, answer: 2 }, `line 2: "answer" must be a whole number from 0 to 1; it is 2`],
    [{ ...choice, answer: "0" }, `line 2: "answer" must be a whole number from 0 to 1; it is "0"`],
    [
      { ...choice, choices: [" 4"] },
      `line 2: "choices" must be a list of 2 or more texts, none empty; it is [" 4"]`,
    ],
    [{ ...choice, prompt: undefined }, `line 2: "prompt" must be a text that is not empty; it is missing`],
    [{ ...choice, id: 7 }, `line 2: "id" must be a text that is not empty; it is 7`],
    [choice, `line 2: "id" "a-1" is there twice`],
    ["[1]", "line 2: is not a JSON object"],
    [{ ...choice, id: "a-2", choices: [" ", " 5"] }, `line 2: the choice " " is blank`],
  ])("malformed as %j are refused by file, line and field", async (line, problem) => {
    await write("adding.jsonl", [choice, line]);
    expect(await failure()).toBe(`FOLDER/adding.jsonl: ${problem}`);
  });

  test("are read whatever the case of their ending, and of the letter of an answer", async () => {
    await write("MMLUCAPS.CSV", ["\uFEFFquestion,A,B,C,D,answer\nWhat?,1,2,3,4,b"]);
    await write("Adding.JSONL", [choice]);
    const tasks = await readTasks(folder);
    expect(tasks.map(({ task, layout }) => [task, layout])).toEqual([
      ["Adding", "quantlab"],
      ["MMLUCAPS", "mmlu"],
    ]);
    expect(tasks[1]!.items[0]).toMatchObject({ answer: 1 });
  });

  test("with a broken line, an unaccepted list, no item, or none at all are refused", async () => {
    expect(await failure()).toBe("FOLDER: holds no task (*.jsonl, *.csv)");
    await write("a.jsonl", [choice, '{"id": "a-2"']);
    expect(await failure()).toMatch(/^FOLDER\/a\.jsonl: line 2: is not JSON: /);
    await write("a.jsonl", [question, { ...question, id: "t-2", accept: [] }]);
    expect(await failure()).toBe(
      `FOLDER/a.jsonl: line 2: "accept" must be a list of 1 or more texts, none empty; it is []`,
    );
    await write("a.jsonl", [""]);
    expect(await failure()).toBe("FOLDER/a.jsonl: has no items");
  });
});
