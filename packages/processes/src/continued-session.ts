import type { GenerateRequest, TextSession } from "@quantlab/core";

/** What a generation came to; of one that was stopped, up to there. */
export interface Continued {
  /** Tokens of the prompt that the engine held from before. */
  readonly cachedTokens: number;
  readonly tokenIds: readonly number[];
  /** The one at which it ended by itself; null otherwise, or where the engine does not tell. */
  readonly endTokenId: number | null;
  /** Whether the signal ended it. */
  readonly stopped: boolean;
}

/** A session for conversations: what a prompt has in common with the last one and its answer is not read again. */
export class ContinuedSession {
  readonly session: TextSession;
  readonly #keeps: boolean;
  /** Tokens that the engine has computed, from the first one on. */
  #held: readonly number[] = [];

  /** `keepsPrefix` as the engine says it: without it every prompt is read from its first token on. */
  constructor(session: TextSession, { keepsPrefix }: { readonly keepsPrefix: boolean }) {
    this.session = session;
    this.#keeps = keepsPrefix;
  }

  /** Generates, and hands on each token. An abort ends the generation and is no error; what fails is thrown. */
  async generate(
    request: Omit<GenerateRequest, "cachedTokens" | "onToken">,
    onToken: (id: number) => void,
    signal: AbortSignal,
  ): Promise<Continued> {
    const { promptIds } = request;
    const cachedTokens = this.#keeps ? sameBeginning(this.#held, promptIds) : 0;
    const tokenIds: number[] = [];
    const onEach = (id: number) => {
      tokenIds.push(id);
      onToken(id);
    };
    this.#held = [];
    let endTokenId: number | null = null;
    try {
      const trace = await this.session.generate({ ...request, cachedTokens, onToken: onEach }, signal);
      endTokenId = trace.endTokenId ?? null;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // The last token has been chosen, and not yet been computed.
    this.#held = [...promptIds, ...tokenIds.slice(0, -1)];
    return { cachedTokens, tokenIds, endTokenId, stopped: signal.aborted };
  }
}

/** So many tokens are the same from the first one on; one is left to be computed, for an answer begins behind one. */
function sameBeginning(held: readonly number[], ids: Int32Array): number {
  const different = ids.findIndex((id, index) => id !== held[index]);
  return different < 0 ? ids.length - 1 : different;
}
