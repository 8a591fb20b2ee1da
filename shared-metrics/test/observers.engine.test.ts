import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BadFileError,
  type Block,
  type ModelFile,
  type ObserveContext,
  repositoryRoot,
} from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "@quantlab/llamacpp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accuracy, perplexity, taskAccuracies, taskAnswers, taskChances, textScores } from "../src/index.ts";
import { answerChoices } from "../src/observers/multiple-choice.ts";
import { canScore, type ScoringSession } from "../src/observers/sequence-score.ts";
import { scoreText } from "../src/observers/text-scores.ts";
import { readTasks } from "../src/tasks/task-file.ts";
import { block, model } from "./support/blocks.ts";

const file: ModelFile = { ...model, path: path.join(repositoryRoot, "models/sprout/sprout-F16.gguf") };
const signal = new AbortController().signal;
const quick: ObserveContext = { text: "sprout-test@1", tasks: "sprout-tasks@1", quick: true, signal };

let engine: ScoringSession;
let folder: string;
beforeAll(async () => {
  const session = await llamacppEngine({ threads: 1, gpu: false }).load(file, signal);
  if (!canScore(session)) throw new Error("the engine shows no logits");
  engine = session;
  folder = await mkdtemp(path.join(tmpdir(), "observers-"));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("text scores", () => {
  test("are what the definition says, worked out the plain way, and the same each time", async () => {
    const { scores } = await textScores.observe(engine, quick);
    expect(scores!.chunks).toHaveLength(8);
    expect(await textScores.observe(engine, quick)).toEqual({ scores });

    const text = path.join(repositoryRoot, "models/sprout/text/test.txt");
    const { chunks } = await scoreText(engine, text, { most: 2 }, { signal });
    expect(chunks).toEqual(scores!.chunks.slice(0, 2));
    expect(chunks[1]).toEqual({
      tokens: 255,
      bytes: expect.any(Number),
      negativeLogLikelihood: expect.closeTo(await plainSecondChunk(text), 1),
      divergence: null,
    });
  });

  test("and answers are of the part that an experiment wants, or of a quick look's where that is less", async () => {
    const { scores } = await textScores.observe(engine, { ...quick, quick: false, chunks: 3 });
    expect(scores!.chunks).toHaveLength(3);
    const { answers } = await taskAnswers.observe(engine, { ...quick, quick: false, items: 2 });
    expect(answers!.map(({ items }) => items.length)).toEqual(answers!.map(() => 2));
    const few = await textScores.observe(engine, { ...quick, chunks: 9 });
    expect(few.scores!.chunks).toHaveLength(8);
  });

  test("give a perplexity between certainty and guessing", async () => {
    const { scores } = await textScores.observe(engine, quick);
    const metric = perplexity.summarise([block({ scores: scores! })]);
    expect(metric.value).toBeGreaterThan(1);
    expect(metric.value).toBeLessThan(200);
  });

  test("need a text of two chunks", async () => {
    const short = path.join(folder, "short.txt");
    await writeFile(short, "Once upon a time.");
    await expect(scoreText(engine, short, { most: 1 }, { signal })).rejects.toThrow(
      /short\.txt: has \d+ tokens$/,
    );
    await expect(scoreText(engine, `${short}.missing`, {}, { signal })).rejects.toThrow(BadFileError);
  });

  test("stop when told to", async () => {
    const stopped = { ...quick, signal: AbortSignal.abort(new Error("enough")) };
    await expect(textScores.observe(engine, stopped)).rejects.toThrow("enough");
  });
});

describe("task answers", () => {
  let arm: Block;
  beforeAll(async () => {
    const { answers } = await taskAnswers.observe(engine, quick);
    arm = block({ answers: answers! });
  });

  test("choose by likelihood a token and agree with the file", async () => {
    const tasks = await readTasks(path.join(repositoryRoot, "models/sprout/tasks"));
    expect(arm.answers!.map(({ task }) => task)).toEqual(tasks.map(({ task }) => task));
    for (const [index, { task, kind, items }] of arm.answers!.entries()) {
      expect([task, items.length]).toEqual([task, 20]);
      if (kind === "generation") continue;
      for (const [place, item] of items.entries()) {
        const means = item.logLikelihoods.map((log, choice) => log / item.tokens[choice]!);
        expect(item.chosen).toBe(means.indexOf(Math.max(...means)));
        const asked = tasks[index]!.items[place]!;
        expect(item.correct).toBe("choices" in asked && asked.answer === item.chosen);
      }
    }
  });

  test("of the shipped model are better than guessing, written ones too", () => {
    const metric = accuracy.summarise([arm]);
    if (metric.value === null) throw new Error(metric.reason);
    expect(metric.ci95![0]).toBeGreaterThan(0.25);
    expect(taskChances([arm])).toMatchObject({ addition: 0.25, taught: null });
    expect(taskAccuracies([arm]).taught!.value).toBeGreaterThan(0.5);
    const taught = arm.answers!.find(({ task }) => task === "taught")!;
    expect(taught.items.every(({ output }) => output !== "" && output !== null)).toBe(true);
  });

  test("refuse a choice that changes the tokens of its prompt", async () => {
    const item = { id: "x-1", prompt: "The ca", choices: ["t sat", "r stopped"], answer: 0 };
    await expect(answerChoices(engine, item, "x.jsonl", signal)).rejects.toThrow(
      'x.jsonl: "x-1": the choice "t sat" changes the tokens of its prompt',
    );
  });

  test("and scores are not made from logits that are no numbers, or that hold a token impossible", async () => {
    const item = { id: "x-1", prompt: "2 plus 2 is", choices: [" 4.", " 5."], answer: 0 };
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const broken = {
        engine: engine.engine,
        tokenize: (...asked) => engine.tokenize(...asked),
        async *score(...asked) {
          for await (const part of engine.score(...asked)) {
            const { vocabulary, logits } = part;
            logits.fill(value);
            // Token 0 alone is possible, and none of the choices.
            for (let row = 0; row < logits.length; row += vocabulary) logits[row] = 0;
            yield part;
          }
        },
      } as Partial<ScoringSession> as ScoringSession;
      await expect(answerChoices(broken, item, "x.jsonl", signal)).rejects.toThrow(
        "gave no usable logits at",
      );
    }
  });

  test("of an API without logits are the written ones alone", async () => {
    await using session = await llamacppSession({ threads: 1, gpu: false }).load(file, signal);
    expect(await textScores.observe(session, quick)).toEqual({});
    const { answers } = await taskAnswers.observe(session, quick);
    expect(answers!.map(({ task, kind }) => [task, kind])).toEqual([["taught", "generation"]]);
  });
});

/** The second chunk's negative log-likelihood from all its logits at once, without any of the package's parts. */
async function plainSecondChunk(textFile: string): Promise<number> {
  const ids = await engine.tokenize(await readFile(textFile, "utf8"), { special: true });
  const chunk = Int32Array.from([ids[0]!, ...ids.slice(513, 1024)]);
  let total = 0;
  for await (const { from, vocabulary, logits } of engine.score({ ids: chunk, from: 0 }, signal)) {
    for (let row = 0; row * vocabulary < logits.length; row++) {
      const position = from + row;
      if (position < 256 || position > 510) continue;
      const values = [...logits.subarray(row * vocabulary, (row + 1) * vocabulary)];
      const sum = values.reduce((all, logit) => all + Math.exp(logit), 0);
      total -= values[chunk[position + 1]!]! - Math.log(sum);
    }
  }
  return total;
}
