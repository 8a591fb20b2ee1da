import type { Observer, Session } from "@quantlab/core";

/** Perplexity of the shipped model's test text by `textScores` of shared-metrics, or of its first chunks with `quick`. */
export async function testTextPerplexity(
  textScores: Observer,
  session: Session,
  { quick }: { readonly quick: boolean },
): Promise<number> {
  const signal = new AbortController().signal;
  const context = { text: "sprout-test@1", tasks: "sprout-tasks@1", quick, signal } as const;
  const { scores } = await textScores.observe(session, context);
  const chunks = scores?.chunks ?? [];
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
  return Math.exp(chunks.reduce((sum, chunk) => sum + chunk.negativeLogLikelihood, 0) / tokens);
}
