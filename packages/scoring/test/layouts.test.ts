import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { BadFileError } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTask } from "../src/tasks/task-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "layouts-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(name: string, content: string | readonly unknown[]) {
  const text = typeof content === "string" ? content : content.map((line) => JSON.stringify(line)).join("\n");
  const file = path.join(folder, name);
  await writeFile(file, text);
  return readTask(file);
}

async function problem(name: string, content: string | readonly unknown[]) {
  const error = await read(name, content).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BadFileError);
  return (error as BadFileError).message.replace(`${folder}/`, "");
}

const mmlu = { question: "What is 2 + 2? ", subject: "", choices: ["3", "4", "5", "6"], answer: 1 };
const hellaswag = {
  ind: 24,
  activity_label: "Roof shingle removal",
  ctx_a: "A man is sitting on a roof.",
  ctx_b: "he",
  ctx: "A man is sitting on a roof. he",
  endings: ["is using wrap [step] to wrap skis.", "is  ripping tiles off.", "rests.", "starts singing."],
  split: "val",
  label: "1",
};
const arc = {
  id: "Mercury_7175875",
  question: "What warms the earth?",
  choices: { text: ["The moon", "The sun"], label: ["A", "B"] },
  answerKey: "B",
};
const gsm8k = {
  question: "Ann has 3 bags of 400 nuts. How many nuts?",
  answer: "3 * 400 = <<3*400=1200>>1200\n#### 1,200",
};

describe("a file in a common layout is read as it is:", () => {
  test("MMLU's table, with and without a heading, and a question of several lines", async () => {
    const rows = 'What is 2 + 2?,3,4,5,6,B\n"Which ""one""\nis green?",sky,snow,"grass, mostly",coal,C\n';
    const plain = await read("algebra_test.csv", rows);
    expect(plain).toMatchObject({ task: "algebra_test", layout: "mmlu", kind: "multiple-choice" });
    expect(plain.items).toEqual([
      {
        id: "line-1",
        prompt: "What is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 6\nAnswer:",
        choices: [" A", " B", " C", " D"],
        answer: 1,
      },
      {
        id: "line-2",
        prompt: 'Which "one"\nis green?\nA. sky\nB. snow\nC. grass, mostly\nD. coal\nAnswer:',
        choices: [" A", " B", " C", " D"],
        answer: 2,
      },
    ]);
    const headed = await read(
      "headed.csv",
      `\uFEFFQuestion,a,b,c,d,answer\r\n${rows.replaceAll("\n", "\r\n")}`,
    );
    expect(headed.items.map(({ id }) => id)).toEqual(["line-2", "line-3"]);
    expect(headed.items.map(({ answer }) => answer)).toEqual([1, 2]);
  });

  test("MMLU's JSON lines, the answer as a number or a letter, with the subject said", async () => {
    const { items, layout } = await read("mmlu.jsonl", [
      mmlu,
      { ...mmlu, subject: "college_physics", answer: "D" },
    ]);
    expect(layout).toBe("mmlu");
    expect(items[0]).toEqual({
      id: "line-1",
      prompt: "What is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 6\nAnswer:",
      choices: [" A", " B", " C", " D"],
      answer: 1,
    });
    expect(items[1]).toMatchObject({
      prompt: expect.stringMatching(/^The following .* about college physics\.\n\nWhat is 2 \+ 2\?\nA\. 3/),
      answer: 3,
    });
  });

  test("HellaSwag's, without WikiHow's marks", async () => {
    const bare = { ctx: "She opens the door", endings: [" and waits.", "[title] She sings."], label: 0 };
    const { items, layout } = await read("hellaswag.jsonl", [hellaswag, bare]);
    expect(layout).toBe("hellaswag");
    expect(items).toEqual([
      {
        id: "line-1",
        prompt: "Roof shingle removal: A man is sitting on a roof. He",
        choices: [" is using wrap to wrap skis.", " is ripping tiles off.", " rests.", " starts singing."],
        answer: 1,
      },
      { id: "line-2", prompt: "She opens the door", choices: [" and waits.", " She sings."], answer: 0 },
    ]);
  });

  test("ARC's, from the hub and as first published", async () => {
    const published = {
      id: "MCAS_2000_4_6",
      question: {
        stem: "Which one floats?",
        choices: [
          { text: "a stone", label: "1" },
          { text: "a cork", label: "2" },
          { text: "a key", label: "3" },
        ],
      },
      answerKey: "2",
    };
    const { items, layout } = await read("arc.jsonl", [arc, { ...arc, id: "other", answerKey: "A" }]);
    expect(layout).toBe("arc");
    expect(items[0]).toEqual({
      id: "Mercury_7175875",
      prompt: "Question: What warms the earth?\nAnswer:",
      choices: [" The moon", " The sun"],
      answer: 1,
    });
    expect((await read("first.jsonl", [published])).items).toEqual([
      {
        id: "MCAS_2000_4_6",
        prompt: "Question: Which one floats?\nAnswer:",
        choices: [" a stone", " a cork", " a key"],
        answer: 1,
      },
    ]);
  });

  test("GSM8K's, of which the number behind the marks counts", async () => {
    const task = await read("gsm8k.jsonl", [gsm8k]);
    expect(task).toMatchObject({ layout: "gsm8k", kind: "generation", judge: "last-number", newTokens: 256 });
    expect(task.items).toEqual([
      { id: "line-1", question: gsm8k.question, answer: "1200", accept: ["1200"] },
    ]);
  });
});

describe("a malformed file is refused by line and field:", () => {
  const good = "What is 2 + 2?,3,4,5,6,B\n";
  test.each([
    [`${good}Too,few,columns\n`, "line 2: has 3 columns, and 6 are needed: question,A,B,C,D,answer"],
    [`${good}\n"a\nb",3,4,5,6,E\n`, 'line 3: "answer" must be one of A, B, C, D; it is "E"'],
    [`${good}"a\nb",3,4,5,6,A\n${good}c,,4,5,6,A`, 'line 5: "A" must be a text that is not empty; it is ""'],
    [`${good}${good}c,1,4,5,6,Z`, 'line 3: "answer" must be one of A, B, C, D; it is "Z"'],
    [`question,A,B,answer\nx,1,2,C\n`, 'line 2: "answer" must be one of A, B; it is "C"'],
    ["question,answer\nx,4\n", "line 2: has no choices: name two columns or more A, B, …"],
    ["", "has no items"],
  ])("MMLU's table %j", async (text, expected) => {
    expect(await problem("t.csv", text)).toBe(`t.csv: ${expected}`);
  });

  test("MMLU's table with a quote that never ends", async () => {
    expect(await problem("t.csv", `${good}"What is this?,3,4,5,6,B\n`)).toMatch(/^t\.csv: .*line [23]/);
  });

  test.each([
    ["mmlu", { ...mmlu, answer: 4 }, '"answer" must be a whole number from 0 to 3; it is 4'],
    ["mmlu", { ...mmlu, answer: "E" }, '"answer" must be one of A, B, C, D; it is "E"'],
    ["mmlu", { ...mmlu, subject: 3 }, '"subject" must be a text; it is 3'],
    ["hellaswag", { ...hellaswag, label: "" }, '"label" must be a whole number from 0 to 3; it is ""'],
    ["hellaswag", { ...hellaswag, label: "4" }, '"label" must be a whole number from 0 to 3; it is "4"'],
    ["hellaswag", { ...hellaswag, ctx_b: 1 }, '"ctx_b" must be a text; it is 1'],
    ["arc", { ...arc, answerKey: "C" }, '"answerKey" must be one of A, B; it is "C"'],
    ["arc", { ...arc, choices: [] }, '"choices" must be an object with fields; it is []'],
    [
      "arc",
      { ...arc, choices: { text: ["a", "b", "c"], label: ["A", "B"] } },
      '"choices.label" must name each of the 3 texts; it is ["A","B"]',
    ],
    [
      "arc",
      { ...arc, question: { stem: "", choices: [arc, arc] } },
      '"question.stem" must be a text that is not empty; it is ""',
    ],
    [
      "arc",
      { ...arc, question: { stem: "a", choices: [{ text: "b", label: "A" }, { label: "B" }] } },
      '"question.choices[1].text" must be a text that is not empty; it is missing',
    ],
    ["gsm8k", { ...gsm8k, answer: "42" }, '"answer" must end in "#### " and a number; it is "42"'],
    ["gsm8k", { ...gsm8k, question: null }, '"question" must be a text that is not empty; it is null'],
  ])("%s %j", async (name, line, expected) => {
    const first = { mmlu, hellaswag, arc, gsm8k }[name];
    expect(await problem("t.jsonl", [first, { id: "second", ...line }])).toBe(`t.jsonl: line 2: ${expected}`);
  });

  test("of no known layout", async () => {
    expect(await problem("t.jsonl", [{ text: "Once upon a time" }])).toMatch(
      /^t\.jsonl: line 1: is of no known layout: it has neither .*MMLU, HellaSwag, ARC or GSM8K$/,
    );
  });
});
