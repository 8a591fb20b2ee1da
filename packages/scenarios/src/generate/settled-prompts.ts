import {
  isModelSubject,
  QuantlabError,
  type ReadyArm,
  type SettleContext,
  sha256,
  UsageError,
} from "@quantlab/core";
import { promptFor } from "../prompts/subject-prompt.ts";
import { sized } from "../subject/sized-workloads.ts";
import type { Settled, Workload } from "./workload.ts";

interface Prompt {
  readonly text: string | null;
  readonly ids: readonly number[];
}

/**
 * Token ids of each arm's prompt: arms of one model and prompt are given the same, by the baseline's template and
 * tokenizer, or by the first other arm that can. Throws the first failure where none can, and a UsageError for a context
 * that does not hold prompt and answer.
 */
export async function settlePrompts(all: readonly ReadyArm<Workload>[], context: SettleContext) {
  const arms = sized(all);
  const settled = new Map<string, Promise<Prompt>>();
  const key = ({ subject, workload }: ReadyArm<Workload>) =>
    JSON.stringify([subject.model!.ref.id, workload.prompt]);
  const baselineFirst = arms.toSorted(
    (a, b) => Number(b.name === context.baseline) - Number(a.name === context.baseline),
  );
  return Promise.all(
    arms.map(async (arm) => {
      const sharing = baselineFirst.filter((other) => key(other) === key(arm));
      const promise = settled.get(key(arm)) ?? promptOf(sharing, context);
      settled.set(key(arm), promise);
      const { text, ids } = await promise;
      const filled = withFiller(ids, arm);
      requireRoom(arm, filled.length);
      return withPrompt(arm, text, filled);
    }),
  );
}

function withPrompt({ workload }: ReadyArm<Workload>, text: string | null, promptIds: readonly number[]) {
  const filled: Workload = {
    ...workload,
    // With filler in front it is not what the tokenizer would make of the text.
    ...(text !== null && isAsWritten(workload) && { promptText: text }),
    // A server that does not show its tokenizer counts them when it answers.
    ...(promptIds.length > 0 && {
      promptTokens: promptIds.length - (workload.cachedTokens ?? 0),
      promptIdsSha256: sha256(Int32Array.from(promptIds)),
    }),
  };
  return { workload: filled, settled: { promptIds } satisfies Settled };
}

const isAsWritten = ({ depth, cachedTokens }: Workload) => depth === undefined && cachedTokens === undefined;

/** Any tokens do: the time of a pass does not depend on which ones they are. */
const filler = (tokens: number) => Array.from({ length: tokens }, (_, index) => 100 + ((index * 37) % 1000));

function withFiller(ids: readonly number[], { name, workload }: ReadyArm<Workload>): readonly number[] {
  const { depth = ids.length, cachedTokens = 0 } = workload;
  if (depth >= ids.length) return [...filler(cachedTokens + depth - ids.length), ...ids];
  throw new UsageError(
    `${name}: the prompt has ${ids.length} tokens, and depth is ${depth}`,
    `set depth to ${ids.length} or more, or leave it out`,
  );
}

/** Engines would refuse one after the other, each once it had been loaded. */
function requireRoom({ name, subject, workload }: ReadyArm<Workload>, promptTokens: number): void {
  const size = isModelSubject(subject.subject) ? subject.subject.options?.contextSize : undefined;
  const needed = promptTokens + workload.newTokens;
  if (typeof size !== "number" || needed <= size) return;
  throw new UsageError(
    `${name}: ${promptTokens} tokens of prompt and ${workload.newTokens} new ones do not fit a context of ${size}`,
    `set --context, or contextSize in the experiment, to ${needed} or more`,
  );
}

async function promptOf(arms: readonly ReadyArm<Workload>[], context: SettleContext): Promise<Prompt> {
  const { prompt } = arms[0]!.workload;
  if (typeof prompt !== "string") return { text: null, ids: filler(prompt.tokens) };
  let failure: unknown;
  for (const { name, subject } of arms) {
    try {
      return await promptFor(subject, prompt, context);
    } catch (cause) {
      context.signal.throwIfAborted();
      const { message, remedy = null } = cause as QuantlabError;
      failure ??= new QuantlabError(
        "PROMPT",
        `${name} could not tokenize the prompt: ${message}${remedy ? `; ${remedy}` : ""}`,
        { remedy: "check the model with pnpm lab models info, and this machine with pnpm lab doctor", cause },
      );
    }
  }
  throw failure;
}
