import { type Engine, type Json, UsageError } from "@quantlab/core";
import { engineByName, engineFor, engines, parseReference } from "@quantlab/engines";
import { type PromptName, prompts } from "@quantlab/scenarios/prompts";
import type { BenchOptions } from "./options.ts";
import { settings } from "./settings.ts";

/** A prompt read behind `depth` tokens, then so many decoded; one of the two may be 0 tokens. */
export interface BenchTest {
  /** So many tokens, or one of the catalogue, which is as long as the model's tokenizer makes it. */
  readonly prompt: number | PromptName;
  readonly generated: number;
  readonly depth: number;
}

/** How long its prompt may be; null for one of the catalogue that promises no length: those are short. */
export function mostTokens(prompt: BenchTest["prompt"]): number | null {
  if (typeof prompt === "number") return prompt;
  const named = prompts[prompt];
  return "tokens" in named ? named.tokens : null;
}

/** What one arm measures. */
export interface Combination {
  /** As typed. */
  readonly model: string;
  readonly engine: Engine;
  /** In the order of `settings`; null where the engine has its own. */
  readonly values: readonly Json[];
  readonly test: BenchTest;
}

/** Each is a process, and thousands of them are days. */
const mostCombinations = 10_000;

/**
 * Every combination of what was typed, in llama-bench's order; what was typed twice is there twice. Throws a UsageError
 * where nothing is to be tested, and for more combinations than anybody waits for.
 */
export function combinationsOf(options: BenchOptions): Combination[] {
  const shapes = shapesOf(options);
  const { nDepth = [0] } = options;
  const values = settings.map((setting) => setting.values(options));
  const pairs = modelsOnEngines(options);
  const lists = [pairs, ...values, nDepth, shapes];
  const count = lists.reduce((product, { length }) => product * length, 1);
  if (count > mostCombinations) {
    throw new UsageError(
      `these are ${count} combinations, and a bench takes ${mostCombinations}`,
      "give fewer values, or ranges with larger steps",
    );
  }
  const tests = nDepth.flatMap((depth) => shapes.map((shape) => ({ ...shape, depth })));
  return pairs.flatMap((pair) =>
    products(values).flatMap((chosen) => tests.map((test) => ({ ...pair, values: chosen, test }))),
  );
}

/** Without --backend each model has the engine of its form, without -m each engine its own model. */
function modelsOnEngines({ model, backend }: BenchOptions): Pick<Combination, "model" | "engine">[] {
  const named = backend?.map(engineByName);
  if (!model) return (named ?? engines.slice(0, 1)).map((engine) => ({ model: engine.model, engine }));
  return model.flatMap((reference) =>
    (named ?? [engineFor(parseReference(reference).form)]).map((engine) => ({ model: reference, engine })),
  );
}

/**
 * As llama-bench does, 512 prompt tokens and 128 new ones unless said, and no test of 0 tokens. Who names prompts wants those,
 * each with an answer as long as such prompts have.
 */
function shapesOf({
  prompt: names = [],
  nPrompt = names.length > 0 ? [] : [512],
  nGen = names.length > 0 ? [] : [128],
  promptAndGen = [],
}: BenchOptions): Omit<BenchTest, "depth">[] {
  const shapes: Omit<BenchTest, "depth">[] = [
    ...nPrompt.map((prompt) => ({ prompt, generated: 0 })),
    ...nGen.map((generated) => ({ prompt: 0, generated })),
    ...promptAndGen.map(([prompt, generated]) => ({ prompt, generated })),
    ...names.map((prompt) => ({ prompt, generated: prompts[prompt].answerTokens })),
  ].filter(({ prompt, generated }) => prompt !== 0 || generated > 0);
  if (shapes.length > 0) return shapes;
  throw new UsageError(
    "there is nothing to test",
    "give -p or -n more than 0 tokens, a pair with -pg, or a name with --prompt",
  );
}

function products(lists: readonly (readonly Json[])[]): Json[][] {
  return lists.reduce<Json[][]>(
    (rows, list) => rows.flatMap((row) => list.map((value) => [...row, value])),
    [[]],
  );
}
