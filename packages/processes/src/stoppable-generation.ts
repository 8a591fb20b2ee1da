import type { GenerateRequest, GenerateTrace, TextSession } from "@quantlab/core";
import { SpelledTokens } from "./spelled-tokens.ts";

/** What a generation came to; of one that was stopped, up to there. */
export interface Generated {
  /** All that was handed on. */
  readonly text: string;
  /** Tokens of the prompt that the engine held from before. */
  readonly cachedTokens: number;
  /** None of an engine that tells no ids. */
  readonly tokenIds: readonly number[];
  /** How many were chosen: of such an engine, pieces of text while it writes. */
  readonly tokens: number;
  /** Null of one that the signal ended. */
  readonly trace: GenerateTrace | null;
}

export interface Reader {
  /** Hears each piece of the text, and how many tokens have been chosen up to its end. */
  readonly onText: (text: string, tokens: number) => void;
}

/**
 * Generates for somebody who reads along. What the engine still holds of the prompt is not read again, unless
 * told. An abort ends the
 * generation and is no error; what fails is thrown.
 */
export async function generateUntilStopped(
  session: TextSession,
  request: Omit<GenerateRequest, "onPrompt" | "onToken" | "onText">,
  { onText }: Reader,
  signal: AbortSignal,
): Promise<Generated> {
  const tokenIds: number[] = [];
  let text = "";
  let tokens = 0;
  let cachedTokens = 0;
  let trace: GenerateTrace | null = null;
  const tell = (piece: string) => {
    if (piece === "") return;
    text += piece;
    onText(piece, tokens);
  };
  // An engine elsewhere spells its tokens itself where it can: to ask it for each would wait for its next step.
  const spelled = session.streamsText
    ? null
    : new SpelledTokens(
        (ids) => session.detokenize(ids),
        (_, piece) => {
          tokens++;
          tell(piece);
        },
      );
  const heard: Partial<GenerateRequest> = {
    onPrompt(cached) {
      cachedTokens = cached;
    },
    onToken(id) {
      tokenIds.push(id);
      spelled?.push(id);
    },
    ...(!spelled && {
      onText(piece: string) {
        tokens = tokenIds.length || tokens + 1;
        tell(piece);
      },
    }),
  };
  try {
    trace = await session.generate({ cachedTokens: "held", ...request, ...heard }, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (spelled) tell(await spelled.end());
  return {
    text,
    cachedTokens,
    tokenIds,
    tokens: tokenIds.length || (trace?.tokenAtMs.length ?? tokens),
    trace,
  };
}
