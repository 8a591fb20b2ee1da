import { promptText, type Session } from "@quantlab/core";

/**
 * Where the engine's own tokenizer reads the prompt otherwise than the ids that every arm is given, in words; null where
 * it agrees, and where it has none.
 */
export async function promptDifference(
  session: Session,
  text: string,
  given: readonly number[],
): Promise<string | null> {
  if (!session.tokenize) return null;
  let own: readonly number[];
  try {
    own = [...(await session.tokenize(text, promptText))];
  } catch (error) {
    return `its tokenizer does not read the prompt: ${error instanceof Error ? error.message : error}`;
  }
  const length = Math.max(own.length, given.length);
  const at = Array.from({ length }).findIndex((_, index) => own[index] !== given[index]);
  if (at < 0) return null;
  const [here, there] = [await describe(session, own[at]), await describe(session, given[at])];
  return `its tokenizer differs at token ${at + 1} of the prompt: ${here} instead of ${there}; it ran on the ids that every arm got`;
}

async function describe(session: Session, id: number | undefined): Promise<string> {
  if (id === undefined) return "the end";
  // An id of another vocabulary has no text in this one.
  const text = await session.detokenize?.(Int32Array.of(id)).catch(() => null);
  return text == null ? String(id) : `${id} ${JSON.stringify(text)}`;
}
