import { EngineError, type Json, monotonicMs } from "@quantlab/core";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { type Endpoint, messageOf, post, type SaidError } from "./endpoint.ts";

/** What is asked of it; servers know further fields. */
export interface CompletionRequest {
  readonly model: string;
  /** A text, or token ids of a server that takes them. */
  readonly prompt: string | readonly number[];
  readonly max_tokens: number;
  readonly [field: string]: Json;
}

/** A piece of text as it arrived; a server may put several tokens into one, or a token that writes nothing. */
export interface Piece {
  /** On the machine's monotonic clock. */
  readonly atMs: number;
  readonly text: string;
}

export interface StreamedCompletion {
  readonly sentAtMs: number;
  readonly pieces: readonly Piece[];
  /** Tokens as the server counts them; null where it does not tell. */
  readonly usage: {
    readonly promptTokens: number;
    readonly completionTokens: number;
    /** Of the prompt's, those that it had read before; null where it does not tell. */
    readonly cachedTokens: number | null;
  } | null;
  /** "stop", "length"; null where the stream ended without a word. */
  readonly finish: string | null;
}

interface Event {
  readonly choices?: readonly { readonly text?: string | null; readonly finish_reason?: string | null }[];
  readonly usage?: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly prompt_tokens_details?: { readonly cached_tokens?: number | null } | null;
  } | null;
  readonly error?: SaidError;
}

/**
 * Has a text gone on with, and notes when each piece of it came. `onPiece` hears of them meanwhile. Throws an EngineError
 * with what the server says where it refuses or fails, and the signal's reason.
 */
export async function streamCompletion(
  endpoint: Endpoint,
  request: CompletionRequest,
  signal: AbortSignal,
  onPiece: (piece: Piece) => void = () => {},
): Promise<StreamedCompletion> {
  const body = { ...request, stream: true, stream_options: { include_usage: true } };
  const sentAtMs = monotonicMs();
  const answer = await post(endpoint, "/completions", body, signal);
  const pieces: Piece[] = [];
  let usage: StreamedCompletion["usage"] = null;
  let finish: string | null = null;
  let isWhole = false;
  const events = answer.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { data } of unbroken(events, endpoint, signal)) {
    const atMs = monotonicMs();
    if (data === "[DONE]") {
      isWhole = true;
      break;
    }
    const event = eventFrom(data, endpoint);
    if (event.error) throw new EngineError(endpoint.url, `failed: ${messageOf(event.error)}`);
    for (const { text, finish_reason } of event.choices ?? []) {
      if (text) {
        const piece = { atMs, text };
        pieces.push(piece);
        onPiece(piece);
      }
      finish = finish_reason ?? finish;
    }
    if (event.usage)
      usage = {
        promptTokens: event.usage.prompt_tokens,
        completionTokens: event.usage.completion_tokens,
        cachedTokens: event.usage.prompt_tokens_details?.cached_tokens ?? null,
      };
  }
  // What is cut would pass for a short answer.
  if (!isWhole && finish === null)
    throw new EngineError(endpoint.url, `broke off behind ${pieces.length} pieces of an answer`);
  return { sentAtMs, pieces, usage, finish };
}

/** The events of a stream. Throws an EngineError where the connection breaks, and the signal's reason. */
async function* unbroken<Message>(
  events: AsyncIterable<Message>,
  { url }: Endpoint,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  try {
    yield* events;
  } catch (cause) {
    signal.throwIfAborted();
    throw new EngineError(url, `broke off: ${(cause as Error).message}`, null, cause);
  }
}

function eventFrom(data: string, { url }: Endpoint): Event {
  try {
    return JSON.parse(data) as Event;
  } catch (cause) {
    throw new EngineError(url, `wrote what is no event: ${data.slice(0, 80)}`, null, cause);
  }
}
