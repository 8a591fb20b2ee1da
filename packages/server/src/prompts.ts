import type { TextSession, TokenizeOptions } from "@quantlab/core";
import { Problem } from "./problem.ts";

/** One text or several, as texts or as tokens. */
export type GivenTexts = string | readonly string[] | readonly number[] | readonly (readonly number[])[];

export interface Prompt {
  readonly ids: Int32Array;
  /** As it was written; null where it was given as tokens. */
  readonly text: string | null;
}

/** What a request's field gives, as tokens. Throws a Problem for a text without one, and for tokens that are not known. */
export async function promptsOf(
  session: TextSession,
  given: GivenTexts,
  options: TokenizeOptions,
  field: string,
): Promise<Prompt[]> {
  const isIds = (value: unknown): value is number[] => Array.isArray(value) && typeof value[0] === "number";
  const texts: readonly (string | readonly number[])[] =
    typeof given === "string" || isIds(given) ? [given] : (given as readonly (string | readonly number[])[]);
  const prompts = await Promise.all(texts.map((each) => promptOf(session, each, options)));
  if (!prompts.every(({ ids }) => ids.length > 0))
    throw new Problem(400, "empty_prompt", "a text without a token has nothing to be gone on from", {
      param: field,
    });
  const { vocabularySize = Number.POSITIVE_INFINITY } = session.engine;
  const foreign = prompts.flatMap(({ ids }) => ids.find((id) => id >= vocabularySize) ?? [])[0];
  if (foreign === undefined) return prompts;
  throw new Problem(400, "unknown_token", `token ${foreign} is not in the vocabulary of ${vocabularySize}`, {
    param: field,
  });
}

async function promptOf(
  session: TextSession,
  given: string | readonly number[],
  options: TokenizeOptions,
): Promise<Prompt> {
  if (typeof given !== "string") return { ids: Int32Array.from(given), text: null };
  return { ids: await session.tokenize(given, options), text: given };
}
