import {
  type ChatMessage,
  type GenerateRequest,
  promptText,
  type TextSession,
  UsageError,
} from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LlamacppEngineOptions, llamacppEngine } from "../src/index.ts";
import { sproutF16 } from "./session-sprout.ts";

const { signal: never } = new AbortController();
const load = (options: LlamacppEngineOptions = {}) =>
  llamacppEngine({ threads: 1, gpu: false, ...options }).load(sproutF16, never);
const shared = { sequences: 3, contextSize: 2048 };

const questions = [
  "What is inflation?",
  "Who invented the light bulb?",
  "Tell me a story about a dog.",
  "What is 12 plus 7?",
  "Why is the sky blue?",
  "Name three fruits.",
];

let alone: TextSession;
let together: TextSession;
let prompts: Int32Array[];
beforeAll(async () => {
  [alone, together] = [await load(), await load(shared)];
  prompts = await Promise.all(questions.map((question) => promptOf({ role: "user", content: question })));
});
afterAll(async () => {
  await alone[Symbol.asyncDispose]();
  await together[Symbol.asyncDispose]();
});

async function promptOf(...messages: ChatMessage[]): Promise<Int32Array> {
  return alone.tokenize(await alone.formatChat(messages), promptText);
}

function ask(
  session: TextSession,
  promptIds: Int32Array,
  changes: Partial<GenerateRequest> = {},
  signal = never,
) {
  const asked = { promptIds, newTokens: 40, sampling: "greedy", stopAtEndOfText: false } as const;
  return session.generate({ ...asked, ...changes }, signal);
}

/** Where two answers part, both tokens must have been within 0.02 of the likeliest: batches round differently. */
async function expectSame(
  promptIds: Int32Array,
  found: readonly number[],
  expected: readonly number[],
): Promise<void> {
  expect(found).toHaveLength(expected.length);
  const parting = found.findIndex((id, index) => id !== expected[index]);
  if (parting < 0) return;
  const ids = Int32Array.of(...promptIds, ...expected.slice(0, parting));
  for await (const { logits } of alone.score!({ ids, from: ids.length - 1 }, never))
    expect(Math.abs(logits[found[parting]!]! - logits[expected[parting]!]!)).toBeLessThan(0.02);
}

async function expectAnswersOfOne(session: TextSession, changes: Partial<GenerateRequest> = {}) {
  const found = await Promise.all(prompts.map((ids) => ask(session, ids, changes)));
  for (const [index, ids] of prompts.entries())
    await expectSame(ids, found[index]!.tokenIds, (await ask(alone, ids, changes)).tokenIds);
  return found;
}

describe("several generations at once", () => {
  test("answer each as one by itself does, also more of them than there are sequences", async () => {
    const traces = await expectAnswersOfOne(together);
    // Together, not one after the other.
    const [first, second] = traces as [(typeof traces)[number], (typeof traces)[number]];
    expect(second.tokenAtMs[0]!).toBeLessThan(first.tokenAtMs.at(-1)!);
    for (const { promptTokens, tokenAtMs } of traces) {
      expect(promptTokens).toBeGreaterThan(5);
      expect(tokenAtMs).toEqual(tokenAtMs.toSorted((a, b) => a - b));
    }
  });

  test("draw each from its own seed", async () => {
    const sampling = { temperature: 2, seed: 11 };
    const [one, same, other] = await Promise.all([
      ask(together, prompts[0]!, { sampling }),
      ask(together, prompts[0]!, { sampling }),
      ask(together, prompts[0]!, { sampling: { ...sampling, seed: 12 } }),
    ]);
    expect(same!.tokenIds).toEqual(one!.tokenIds);
    expect(other!.tokenIds).not.toEqual(one!.tokenIds);
  });

  test("have each as much room as is given, and no more", async () => {
    await using small = await load({ sequences: 4, contextSize: 256 });
    await expectAnswersOfOne(small, { newTokens: 110 });
    await expect(ask(small, prompts[0]!, { newTokens: 300 })).rejects.toMatchObject({
      remedy: `set contextSize to ${prompts[0]!.length + 300} or more`,
    });
  });

  test("go on where one is cancelled, and none hears of the others", async () => {
    const stop = new AbortController();
    let heard = 0;
    const cancelled = ask(
      together,
      prompts[0]!,
      { newTokens: 1000, onToken: () => void (++heard === 5 && stop.abort(new Error("enough"))) },
      stop.signal,
    );
    const waiting = new AbortController();
    const others = prompts.slice(1, 4).map((ids) => ask(together, ids));
    const neverBegun = ask(together, prompts[4]!, {}, waiting.signal);
    waiting.abort(new Error("not any more"));
    const [ofCancelled, ofWaiting] = await Promise.allSettled([cancelled, neverBegun]);
    expect(ofCancelled).toMatchObject({ reason: new Error("enough") });
    expect(ofWaiting).toMatchObject({ reason: new Error("not any more") });
    expect(heard).toBeLessThan(8);
    for (const [index, trace] of (await Promise.all(others)).entries())
      await expectSame(prompts[index + 1]!, trace.tokenIds, (await ask(alone, prompts[index + 1]!)).tokenIds);
  });

  test("a long prompt comes in pieces between the tokens of those that are being written", async () => {
    const long = Int32Array.from({ length: 900 }, (_, index) => 100 + ((index * 37) % 1000));
    const written: number[] = [];
    let [before, during] = [0, 0];
    const writing = ask(together, prompts[0]!, { newTokens: 200, onToken: (id) => void written.push(id) });
    while (written.length < 5) await new Promise((resolve) => setImmediate(resolve));
    before = written.length;
    const onPrompt = () => {
      during = written.length - before;
    };
    await Promise.all([ask(together, long, { newTokens: 2, onPrompt }), writing]);
    expect(during).toBeGreaterThan(0);
  });
});

describe("what an engine holds", () => {
  const system = { role: "system", content: "You are a patient teacher of mathematics. ".repeat(6) } as const;
  const asked = { role: "user", content: "What is 3 plus 4?" } as const;

  async function turn(session: TextSession, promptIds: Int32Array) {
    let cached = -1;
    const onPrompt = (tokens: number) => {
      cached = tokens;
    };
    const trace = await ask(session, promptIds, { cachedTokens: "held", onPrompt, newTokens: 12 });
    expect(trace.promptTokens).toBe(promptIds.length - cached);
    return { cached, trace };
  }

  test("of a conversation is not read again, whatever else was asked between", async () => {
    await using session = await load(shared);
    const first = await promptOf(system, asked);
    const begun = await turn(session, first);
    expect(begun.cached).toBe(0);
    await turn(session, prompts[0]!);
    const second = Int32Array.of(...first, ...begun.trace.tokenIds, ...prompts[3]!);
    const { cached, trace } = await turn(session, second);
    // The last token had been chosen, and not yet computed.
    expect(cached).toBe(first.length + begun.trace.tokenIds.length - 1);
    await expectSame(second, trace.tokenIds, (await ask(alone, second, { newTokens: 12 })).tokenIds);
  });

  test("is shared by others that begin alike, also while it is being gone on from", async () => {
    await using session = await load(shared);
    const [one, two] = [
      await promptOf(system, asked),
      await promptOf(system, { role: "user", content: "Why?" }),
    ];
    const begun: number[] = [];
    const running = ask(session, one, { newTokens: 60, onToken: (id) => void begun.push(id) });
    while (begun.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { cached, trace } = await turn(session, two);
    expect(cached).toBeGreaterThan(32);
    await expectSame(two, trace.tokenIds, (await ask(alone, two, { newTokens: 12 })).tokenIds);
    await expectSame(one, (await running).tokenIds, (await ask(alone, one, { newTokens: 60 })).tokenIds);
  });
});

test("several sequences want a context of a size", () => {
  expect(() => llamacppEngine({ sequences: 2 }).withOptions({})).toThrow(UsageError);
});
