import { type Engine, UsageError } from "@quantlab/core";

/** A prompt behind so many tokens of context: where settings must hold. */
export interface Point {
  readonly prompt: number;
  readonly depth: number;
}

/** Short and long prompts, at the beginning of a conversation and further on. */
const usual = { prompts: [64, 512], depths: [0, 256] };

/** Every prompt length at every depth. Throws a UsageError for what the engine cannot time. */
export function pointsOf(
  engine: Engine,
  {
    nPrompt = usual.prompts,
    nDepth,
  }: { readonly nPrompt?: readonly number[]; readonly nDepth?: readonly number[] },
): Point[] {
  const depths = nDepth ?? (engine.cachesPrefix ? usual.depths : [0]);
  const deep = depths.find((depth) => depth > 0);
  if (deep !== undefined && !engine.cachesPrefix) {
    throw new UsageError(
      `${engine.title} cannot time a prompt behind ${deep} tokens of context`,
      "leave out -d, or take llama.cpp with --backend engine",
    );
  }
  return [...new Set(depths)].flatMap((depth) => [...new Set(nPrompt)].map((prompt) => ({ prompt, depth })));
}

/** "pp64", "pp64 @ d512". */
export const pointName = ({ prompt, depth }: Point): string =>
  `pp${prompt}${depth > 0 ? ` @ d${depth}` : ""}`;
