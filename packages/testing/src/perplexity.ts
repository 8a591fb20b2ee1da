import type { Observer, Session } from "@quantlab/core";

const never = new AbortController().signal;

/** Perplexity of the shipped model's test text, or of its first `chunks`, by `textScores` of shared-metrics. */
export async function testTextPerplexity(
  textScores: Observer,
  session: Session,
  { chunks: most, signal = never }: { readonly chunks?: number; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const named = { text: "sprout-test@1", tasks: "sprout-tasks@1", quick: false } as const;
  const context = most === undefined ? { ...named, signal } : { ...named, chunks: most, signal };
  const { scores } = await textScores.observe(session, context);
  const chunks = scores?.chunks ?? [];
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  return Math.exp(chunks.reduce((sum, chunk) => sum + chunk.negativeLogLikelihood, 0) / tokens);
}
