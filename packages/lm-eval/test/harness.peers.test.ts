import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type GenerateTrace, repositoryRoot, type TextSession } from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { resolveModel } from "@quantlab/model-store";
import { answerTask, askTask, judgedAnswers, readTask, readTasks, type Task } from "@quantlab/scoring";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluateWithHarness } from "../src/index.ts";

const signal = new AbortController().signal;
const shipped = path.join(repositoryRoot, "models/sprout/tasks");

let folder: string;
let session: TextSession;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-lm-eval-"));
  const model = await resolveModel("sprout:Q4_K_M");
  session = await llamacppEngine({ threads: 1, gpu: false }).load(model, signal);
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What the lab itself makes of a task. */
async function ownAnswers(task: Task, answering = session) {
  const asked = await askTask(answering, task);
  return judgedAnswers(task, (await answerTask(answering, asked!, { signal })).items);
}

const write = async (name: string, lines: readonly unknown[]) => {
  const file = path.join(folder, name);
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join("\n"));
  return readTask(file);
};

describe("lm-evaluation-harness over a backend of the lab", () => {
  it("judges the shipped tasks as the lab does, question for question", async () => {
    const tasks = await readTasks(shipped);
    const { samples, results, version } = await evaluateWithHarness(session, tasks);
    expect(version).toMatch(/^\d+\.\d+/);
    for (const task of tasks) {
      const own = await ownAnswers(task);
      expect(samples[task.task], task.task).toEqual(own);
      const said = (results as Record<string, Record<string, Record<string, number>>>).results![task.task]!;
      const share = (right: readonly (boolean | null)[]) => right.filter(Boolean).length / right.length;
      if (task.kind === "generation") {
        expect(said["exact_match,none"]).toBeCloseTo(share(own.map(({ correct }) => correct)), 12);
        continue;
      }
      expect(said["acc,none"]).toBeCloseTo(share(own.map(({ correctOfSum }) => correctOfSum)), 12);
      expect(said["acc_norm,none"]).toBeCloseTo(
        share(own.map(({ correctPerCharacter }) => correctPerCharacter)),
        12,
      );
      expect(said["acc_token,none"]).toBeCloseTo(share(own.map(({ correct }) => correct)), 12);
    }
  });

  it("judges files in common layouts so too: choices of unequal lengths, and a last number", async () => {
    const tasks = [
      await write("ending.jsonl", [
        {
          ctx: "The sun was shining on",
          endings: ["the wet stones of the old town square.", "it."],
          label: 0,
        },
        { ctx: "Karl ran outside with", endings: ["a ring.", "ein großes, schönes Fass aus Öl."], label: 1 },
      ]),
      await write("science.jsonl", [
        {
          id: "s-1",
          question: "Which planet is nearest to the sun?",
          choices: { text: ["Mercury", "Venus", "the third one"], label: ["A", "B", "C"] },
          answerKey: "A",
        },
      ]),
      await write("numbers.jsonl", [
        { question: "What is 12 plus 3?", answer: "#### 15" },
        { question: "What is 20 plus 30?", answer: "#### 50" },
        { question: "What is 20 plus 30?", answer: "#### 20" },
        { question: "What is 12 plus 3?", answer: "#### 12" },
        { question: "Which planet is nearest to the sun?", answer: "#### 1" },
      ]),
    ];
    const { samples } = await evaluateWithHarness(session, tasks);
    for (const task of tasks) {
      expect(samples[task.task], task.task).toEqual(await ownAnswers(task));
    }
    const rights = Object.values(samples).flatMap((found) => found.map(({ correct }) => correct));
    expect(new Set(rights)).toEqual(new Set([true, false]));
  });

  it("judges whatever a model may write by the rules of the lab's own judge", async () => {
    const numbers: [string, string][] = [
      ["It is 3 (٤).", "3"],
      ["1,200 in all.", "1200"],
      ["From 5-3 boxes", "3"],
      ["-.5", "-0.5"],
      ["Version 1.2.3", "3"],
      ["nothing", "0"],
      ["It is −3", "-3"],
      ["It is -$5", "-5"],
      ["It is ...42", "42"],
      ["#### 42\n\nQuestion: 7", "42"],
    ];
    const wordings: [string, string][] = [
      ["in ÖREBRO now", "Örebro"],
      ["Örebrobo", "Örebro"],
      ["a snake_cat", "cat"],
      ["cat² and 2cat", "cat"],
      ["It costs 3x50.", "3.50"],
      ["It is 19.5 m", "9"],
      ["It is 1,300 m", "300"],
      ["答えは東京です。", "東京"],
      ["in O\u0308rebro", "Örebro"],
    ];
    const asked = (said: readonly [string, string][], item: (answer: string) => object) =>
      said.map(([output, answer], place) => ({ id: `${place}`, question: output, ...item(answer) }));
    const tasks = [
      await write(
        "numbers.jsonl",
        asked(numbers, (answer) => ({ answer: `#### ${answer}` })),
      ),
      await write(
        "wordings.jsonl",
        asked(wordings, (answer) => ({ answer, accept: [answer] })),
      ),
    ];
    const parrot = parrotOf([...numbers, ...wordings].map(([output]) => output));
    const { samples } = await evaluateWithHarness(parrot, tasks);
    for (const task of tasks) expect(samples[task.task], task.task).toEqual(await ownAnswers(task, parrot));
    const rights = samples.numbers!.map(({ correct }) => correct);
    expect(rights).toEqual([true, true, true, true, false, false, true, true, true, true]);
    const found = samples.wordings!.map(({ correct }) => correct);
    expect(found).toEqual([true, false, true, false, false, false, false, true, true]);
  });

  it("takes a limit, down to one question, and tells how far it is", async () => {
    const task = await readTask(path.join(shipped, "addition.jsonl"));
    const told: string[] = [];
    const onAnswer = (done: number, total: number) => told.push(`${done}/${total}`);
    const { samples } = await evaluateWithHarness(session, [task], { limit: 1, onAnswer });
    expect(samples.addition!.map(({ id }) => id)).toEqual(["addition-001"]);
    expect(told).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  });

  it("leaves choices out where the engine shows no logits", async () => {
    const model = await resolveModel("sprout:Q4_K_M");
    await using api = await llamacppSession({ threads: 1, gpu: false }).load(model, signal);
    const tasks = await readTasks(shipped);
    const { samples } = await evaluateWithHarness(api, tasks, { limit: 5 });
    expect(Object.keys(samples)).toEqual(["taught"]);
    const { samples: none } = await evaluateWithHarness(api, tasks.slice(0, 1), { limit: 5 });
    expect(none).toEqual({});
  });

  it("stops when told to, and says which choice breaks its prompt", async () => {
    const stop = new AbortController();
    const tasks = await readTasks(shipped);
    const options = { signal: stop.signal, onAnswer: () => stop.abort(new Error("enough")) };
    await expect(evaluateWithHarness(session, tasks, options)).rejects.toThrow("enough");
    const broken = await write("broken.jsonl", [
      { id: "b-1", prompt: "The ca", choices: ["t sat", "r stopped"], answer: 0 },
    ]);
    await expect(evaluateWithHarness(session, [broken])).rejects.toThrow(
      'broken.jsonl: "b-1": the choice "t sat" changes the tokens of its prompt',
    );
  });
});

/** A session that repeats its question, one of those given. */
function parrotOf(questions: readonly string[]): TextSession {
  const parrot: Partial<TextSession> = {
    engine: session.engine,
    formatChat: async ([message]) => message!.content,
    tokenize: async (text) => Int32Array.of(questions.indexOf(text)),
    generate: async ({ promptIds }) => ({ tokenIds: [...promptIds] }) as unknown as GenerateTrace,
    detokenize: async ([id]) => questions[id!]!,
  };
  return parrot as TextSession;
}
