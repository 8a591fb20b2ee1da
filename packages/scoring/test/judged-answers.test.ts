import { describe, expect, test } from "vitest";
import { delimiterOf, judgedAnswers, type Task } from "../src/index.ts";

const head = { task: "t", taskSha256: "00", file: "t.jsonl", layout: "quantlab" } as const;
const choosing = (choices: readonly string[], answer: number): Task & { kind: "multiple-choice" } => ({
  ...head,
  kind: "multiple-choice",
  items: [{ id: "a", prompt: "x", choices, answer }],
});
const answered = (logLikelihoods: readonly number[], tokens: readonly number[], correct: boolean) => [
  { id: "a", choices: 2, correct, chosen: 0, logLikelihoods, tokens, output: null },
];

describe("choices", () => {
  test("are compared as a whole and by character, the space before them not counted", () => {
    // −3 against −4 as a whole; by character −3/2 against −4/3 without the space, −3/3 against −4/4 with it.
    const [answer] = judgedAnswers(choosing([" ab", " abc"], 1), answered([-3, -4], [1, 1], false));
    expect(answer).toMatchObject({ correct: false, correctOfSum: false, correctPerCharacter: true });
  });

  test("are measured in characters, not in the units of a string", () => {
    // −4/2 against −3/1.6: the face is one character.
    const [answer] = judgedAnswers(choosing(["😀😀", "a"], 1), answered([-4, -1.9], [1, 1], true));
    expect(answer).toMatchObject({ correctOfSum: true, correctPerCharacter: true });
  });

  test("have a delimiter where all of a task begin with a space", () => {
    expect(delimiterOf(choosing([" a", " b"], 0))).toBe(" ");
    expect(delimiterOf(choosing([" a", "b"], 0))).toBe("");
  });
});

test("a written answer has no choices to compare", () => {
  const task: Task = { ...head, kind: "generation", judge: "wording", newTokens: 4, items: [] };
  const answer = {
    id: "a",
    choices: 1,
    correct: true,
    chosen: null,
    logLikelihoods: [],
    tokens: [],
    output: "x",
  };
  expect(judgedAnswers(task, [answer])).toEqual([
    {
      id: "a",
      correct: true,
      correctOfSum: null,
      correctPerCharacter: null,
      logLikelihoods: [],
      tokens: [],
      output: "x",
    },
  ]);
});
