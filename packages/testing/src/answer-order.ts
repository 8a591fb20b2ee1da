import { placeOf, promptText, type TextSession, taskSets } from "@quantlab/core";
import { answerTask, askTask, type ChoiceItem, readTasks } from "@quantlab/scoring";
import { afterAll, beforeAll, expect, test } from "vitest";

const signal = new AbortController().signal;

/** Choices of unequal length, a choice twice, prompts that begin alike, and at last one for which a context grows. */
const made: readonly ChoiceItem[] = [
  {
    id: "twice",
    prompt: "<|im_start|>user\nWhat is 2 plus 2?<|im_end|>\n<|im_start|>assistant\n2 plus 2 is",
    choices: [" 3.", " 3.", " 4, as everybody knows.", " 4."],
    answer: 3,
  },
  {
    id: "alike",
    prompt: "<|im_start|>user\nWhat is 2 plus 3?<|im_end|>\n<|im_start|>assistant\n2 plus 3 is",
    choices: [" 5.", " 23."],
    answer: 0,
  },
  {
    id: "long",
    prompt: `${"Then Karl went to the mill and came back with a sack. ".repeat(40)}Karl was`,
    choices: [" tired", " at the mill again, and nobody knew why", " a"],
    answer: 0,
  },
];

/**
 * Declares what holds for every engine: the likelihood of a choice is the same to the last bit, wherever it stands, beside
 * whatever choices and items, and whatever the session did before. `few` questions are enough for an engine that takes
 * its time.
 */
export function testAnswerOrder(
  open: () => Promise<TextSession>,
  { few = false }: { readonly few?: boolean } = {},
): void {
  let session: TextSession;
  let items: readonly ChoiceItem[];
  let known: readonly (readonly number[])[];
  beforeAll(async () => {
    session = await open();
    const tasks = await readTasks(placeOf(taskSets["sprout-tasks@1"]));
    const shipped = tasks.flatMap((task) => (task.kind === "generation" ? [] : task.items.slice(0, 1)));
    items = few ? made.slice(0, 2) : [...shipped, ...made];
    known = await likelihoods(items);
  }, 900_000);
  afterAll(() => session?.[Symbol.asyncDispose]());

  async function likelihoods(asked: readonly ChoiceItem[], answering = session) {
    const head = { task: "order", taskSha256: "", file: "order.jsonl", layout: "quantlab" } as const;
    const put = await askTask(answering, { ...head, kind: "multiple-choice", items: asked });
    const { items: answers } = await answerTask(answering, put!, { signal });
    return answers.map(({ logLikelihoods }) => logLikelihoods);
  }

  test("a choice is as likely in every place, beside other choices and its double", async () => {
    const twice = known[items.findIndex(({ id }) => id === "twice")]!;
    expect(twice[0]).toBe(twice[1]);
    const changes: readonly (<Each>(list: readonly Each[]) => Each[])[] = [
      ([first, ...rest]) => [...rest, first!],
      (list) => list.slice(-2),
    ];
    for (const change of changes) {
      const changed = items.map((item) => ({ ...item, choices: change(item.choices), answer: 0 }));
      expect(await likelihoods(changed)).toEqual(known.map(change));
    }
  });

  test("an item is answered alike in every order, after other work, and alone in a new session", async () => {
    expect(await likelihoods(items.toReversed())).toEqual(known.toReversed());
    const promptIds = await session.tokenize("Once upon a time", promptText);
    await session.generate({ promptIds, newTokens: 8, sampling: "greedy", stopAtEndOfText: false }, signal);
    for await (const _ of session.score!({ ids: promptIds, from: 1 }, signal));
    expect(await likelihoods(items.slice(0, 1))).toEqual(known.slice(0, 1));
    await using other = await open();
    expect(await likelihoods(items.slice(1, 2), other)).toEqual(known.slice(1, 2));
  });
}
