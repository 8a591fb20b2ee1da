import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BadFileError, repositoryRoot, type TextSession } from "../packages/core/src/index.ts";
import { llamacppEngine, llamacppSession } from "../packages/llamacpp/src/index.ts";
import { model } from "../packages/model-store/src/index.ts";
import {
  answerTask,
  askTask,
  type ChoiceItem,
  canScore,
  readTasks,
  type ScoringSession,
  scoreText,
  type Task,
  type TaskAnswers,
} from "../packages/scoring/src/index.ts";

const signal = new AbortController().signal;
const text = path.join(repositoryRoot, "models/sprout/text/test.txt");
const few = { most: 8 };

let engine: ScoringSession;
let folder: string;
beforeAll(async () => {
  const session = await llamacppEngine({ threads: 1, gpu: false }).load(
    await model("sprout", "F16").resolve(),
    signal,
  );
  if (!canScore(session)) throw new Error("the engine shows no logits");
  engine = session;
  folder = await mkdtemp(path.join(tmpdir(), "scores-"));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("text scores", () => {
  test("are what the definition says, worked out the plain way, and the same each time", async () => {
    const scores = await scoreText(engine, text, few, { signal });
    expect(scores.chunks).toHaveLength(8);
    expect(await scoreText(engine, text, few, { signal })).toEqual(scores);

    const { chunks } = await scoreText(engine, text, { most: 2 }, { signal });
    expect(chunks).toEqual(scores.chunks.slice(0, 2));
    expect(chunks[1]).toEqual({
      tokens: 255,
      bytes: expect.any(Number),
      negativeLogLikelihood: expect.closeTo(await plainSecondChunk(), 1),
      divergence: null,
    });
  });

  test("give a perplexity between certainty and guessing", async () => {
    const { chunks } = await scoreText(engine, text, few, { signal });
    const loss = chunks.reduce((sum, { negativeLogLikelihood }) => sum + negativeLogLikelihood, 0);
    const perplexity = Math.exp(loss / chunks.reduce((sum, { tokens }) => sum + tokens, 0));
    expect(perplexity).toBeGreaterThan(1);
    expect(perplexity).toBeLessThan(200);
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
    const stopped = { signal: AbortSignal.abort(new Error("enough")) };
    await expect(scoreText(engine, text, few, stopped)).rejects.toThrow("enough");
  });
});

describe("task answers", () => {
  const folderOfTasks = path.join(repositoryRoot, "models/sprout/tasks");
  async function answersOf(session: TextSession): Promise<TaskAnswers[]> {
    const answers: TaskAnswers[] = [];
    for (const task of await readTasks(folderOfTasks)) {
      const asked = await askTask(session, task, { most: 20 });
      if (asked) answers.push(await answerTask(session, asked, { signal }));
    }
    return answers;
  }

  let answers: readonly TaskAnswers[];
  beforeAll(async () => {
    answers = await answersOf(engine);
  });

  test("choose by likelihood a token and agree with the file", async () => {
    const tasks = await readTasks(folderOfTasks);
    expect(answers.map(({ task }) => task)).toEqual(tasks.map(({ task }) => task));
    for (const [index, { task, kind, items }] of answers.entries()) {
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
    const share = (tasks: readonly TaskAnswers[]) => {
      const items = tasks.flatMap((task) => task.items);
      return items.filter(({ correct }) => correct).length / items.length;
    };
    const chosen = answers.filter(({ kind }) => kind === "multiple-choice");
    expect(chosen.every(({ items }) => items.every(({ choices }) => choices === 4))).toBe(true);
    expect(share(chosen)).toBeGreaterThan(0.35);
    expect(share(answers.filter(({ task }) => task === "taught"))).toBeGreaterThan(0.5);
    const taught = answers.find(({ task }) => task === "taught")!;
    expect(taught.items.every(({ output }) => output !== "" && output !== null)).toBe(true);
  });

  const head = { task: "x", taskSha256: "", file: "x.jsonl", layout: "quantlab" } as const;
  const taskOf = (item: ChoiceItem): Task => ({ ...head, kind: "multiple-choice", items: [item] });

  test("refuse a choice that changes the tokens of its prompt", async () => {
    const item = { id: "x-1", prompt: "The ca", choices: ["t sat", "r stopped"], answer: 0 };
    await expect(askTask(engine, taskOf(item))).rejects.toThrow(
      'x.jsonl: "x-1": the choice "t sat" changes the tokens of its prompt',
    );
  });

  test("and scores are not made from logits that are no numbers, or that hold a token impossible", async () => {
    const asked = await askTask(
      engine,
      taskOf({ id: "x-1", prompt: "2 plus 2 is", choices: [" 4.", " 5."], answer: 0 }),
    );
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const broken = {
        engine: engine.engine,
        tokenize: engine.tokenize,
        async *score(...request) {
          for await (const part of engine.score(...request)) {
            const { vocabulary, logits } = part;
            logits.fill(value);
            // Token 0 alone is possible, and none of the choices.
            for (let row = 0; row < logits.length; row += vocabulary) logits[row] = 0;
            yield part;
          }
        },
      } as Partial<ScoringSession> as ScoringSession;
      await expect(answerTask(broken, asked!, { signal })).rejects.toThrow("gave no usable logits at");
    }
  });

  test("of an API without logits are the written ones alone", async () => {
    await using session = await llamacppSession({ threads: 1, gpu: false }).load(
      await model("sprout", "F16").resolve(),
      signal,
    );
    expect(canScore(session)).toBe(false);
    expect((await answersOf(session)).map(({ task, kind }) => [task, kind])).toEqual([
      ["taught", "generation"],
    ]);
  });
});

/** The second chunk's negative log-likelihood from all its logits at once, without any of the package's parts. */
async function plainSecondChunk(): Promise<number> {
  const ids = await engine.tokenize(await readFile(text, "utf8"), { bos: true, special: true });
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
