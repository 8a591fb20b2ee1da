import type { GenerateRequest, Session } from "@quantlab/core";

/** What a generation came to; of one that was stopped, up to there. */
export interface Generated {
  /** Tokens of the prompt that the engine held from before. */
  readonly cachedTokens: number;
  readonly tokenIds: readonly number[];
  /** The one at which it ended by itself; null otherwise, or where the engine does not tell. */
  readonly endTokenId: number | null;
  /** Whether the signal ended it. */
  readonly stopped: boolean;
}

/**
 * Generates, and hands on each token: somebody reads along. What the engine still holds of the prompt is not read again.
 * An abort ends the generation and is no error; what fails is thrown.
 */
export async function generateUntilStopped(
  session: Session,
  request: Omit<GenerateRequest, "cachedTokens" | "onPrompt" | "onToken">,
  onToken: (id: number) => void,
  signal: AbortSignal,
): Promise<Generated> {
  const tokenIds: number[] = [];
  let cachedTokens = 0;
  let endTokenId: number | null = null;
  const heard: Partial<GenerateRequest> = {
    onPrompt(cached) {
      cachedTokens = cached;
    },
    onToken(id) {
      tokenIds.push(id);
      onToken(id);
    },
  };
  try {
    const trace = await session.generate({ ...request, cachedTokens: "held", ...heard }, signal);
    endTokenId = trace.endTokenId ?? null;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return { cachedTokens, tokenIds, endTokenId, stopped: signal.aborted };
}
