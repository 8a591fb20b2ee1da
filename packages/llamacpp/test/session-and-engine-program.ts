import type { GenerateRequest, ModelFile } from "@quantlab/core";
import { llamacppEngine, llamacppSession } from "../src/index.ts";

/** What one process of one backend is asked, as JSON in its only argument; it prints the reply as JSON. */
export interface Ask {
  readonly backend: "engine" | "session";
  readonly model: ModelFile;
  readonly questions: readonly string[];
  readonly newTokens: number;
  /** Sequences whose last position is scored: the two best logits there. */
  readonly score?: readonly (readonly number[])[];
}

export interface Reply {
  readonly prompts: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly answers: readonly { readonly ids: readonly number[]; readonly text: string }[];
  readonly gaps: readonly number[];
}

const ask = JSON.parse(process.argv[2] ?? "") as Ask;
const { signal } = new AbortController();
const make = ask.backend === "engine" ? llamacppEngine : llamacppSession;
await using session = await make({ threads: 1, contextSize: 512 }).load(ask.model, signal);

const prompts: Reply["prompts"][number][] = [];
const answers: Reply["answers"][number][] = [];
for (const question of ask.questions) {
  const text = await session.formatChat([{ role: "user", content: question }]);
  const promptIds = await session.tokenize(text, { bos: true, special: true });
  const request: GenerateRequest = {
    promptIds,
    newTokens: ask.newTokens,
    sampling: "greedy",
    stopAtEndOfText: false,
  };
  const { tokenIds } = await session.generate(request, signal);
  prompts.push({ text, ids: [...promptIds] });
  answers.push({ ids: tokenIds, text: await session.detokenize(Int32Array.from(tokenIds)) });
}

const gaps: number[] = [];
for (const ids of ask.score ?? []) {
  for await (const part of session.score!({ ids: Int32Array.from(ids), from: ids.length - 1 }, signal)) {
    const [first, second] = part.logits.toSorted().slice(-2).reverse();
    gaps.push(first! - second!);
  }
}
process.stdout.write(JSON.stringify({ prompts, answers, gaps } satisfies Reply));
