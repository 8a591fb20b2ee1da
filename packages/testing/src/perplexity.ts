import { placeOf, type Session, texts } from "@quantlab/core";
import { canScore, scoreText } from "@quantlab/scoring";

const never = new AbortController().signal;

/** Perplexity of the shipped model's test text, or of its first `chunks`; NaN where the session shows no logits. */
export async function testTextPerplexity(
  session: Session,
  { chunks: most, signal = never }: { readonly chunks?: number; readonly signal?: AbortSignal } = {},
): Promise<number> {
  if (!canScore(session)) return Number.NaN;
  const file = placeOf(texts["sprout-test@1"]);
  const { chunks } = await scoreText(session, file, most === undefined ? {} : { most }, { signal });
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  return Math.exp(chunks.reduce((sum, chunk) => sum + chunk.negativeLogLikelihood, 0) / tokens);
}
