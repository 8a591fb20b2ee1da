import type { GenerateRequest, Json, TextSession } from "@quantlab/core";
import { generateUntilStopped } from "@quantlab/processes";
import { Problem } from "./problem.ts";

/** How tokens are chosen and when an answer ends, as both kinds of completions ask it. */
export interface GeneratingBody {
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly top_k?: number | null;
  readonly seed?: number | null;
  readonly n?: number | null;
  readonly stop?: string | readonly string[] | null;
  readonly ignore_eos?: boolean | null;
  readonly cache_prompt?: boolean | null;
}

export interface Answer {
  readonly text: string;
  readonly tokens: number;
  /** None of an engine that tells no ids. */
  readonly tokenIds: readonly number[];
  /** The one at which the model ended, which writes nothing; null otherwise. */
  readonly endTokenId: number | null;
  readonly cachedTokens: number;
  /** "stop": the model ended, or wrote one of the words at which it had to. "length": it was cut. */
  readonly finish: "stop" | "length";
}

/** How one of the answers that a body asks for is generated. */
export interface Asked extends Pick<GenerateRequest, "sampling" | "stopAtEndOfText"> {
  /** Words at which the answer ends, without them. */
  readonly stop: readonly string[];
  readonly cachedTokens: 0 | "held";
}

/** How the answer of this index is asked for. Each of several draws anew. */
export function askedBy(body: GeneratingBody, index: number): Asked {
  const { stop, ignore_eos, cache_prompt } = body;
  return {
    sampling: samplingFrom(body, index),
    stop: typeof stop === "string" ? [stop] : (stop ?? []),
    stopAtEndOfText: !ignore_eos,
    cachedTokens: cache_prompt === false ? 0 : "held",
  };
}

/** Greedy at 0; of the sampling of OpenAI's API what is not said is off. */
function samplingFrom(body: GeneratingBody, index: number): GenerateRequest["sampling"] {
  const temperature = body.temperature ?? 1;
  if (temperature === 0) return "greedy";
  const seed = (body.seed ?? Math.floor(Math.random() * 2 ** 31)) + index;
  return { temperature, topP: body.top_p ?? 1, topK: body.top_k ?? 0, seed };
}

/** Throws a Problem with both numbers where a prompt and its answer do not fit: nothing is ever cut. */
export function requireRoom(promptTokens: number, newTokens: number | null, room: number): number {
  if (promptTokens + (newTokens ?? 1) <= room) return newTokens ?? room - promptTokens;
  const asked = newTokens === null ? "" : ` and ${newTokens} new ones`;
  throw new Problem(
    400,
    "context_length_exceeded",
    `${promptTokens} prompt tokens${asked} do not fit into a context of ${room}`,
  );
}

/** Generates one answer, and hands on its text piece by piece, without the word that stops it. */
export async function generated(
  session: TextSession,
  promptIds: Int32Array,
  {
    stop,
    schema,
    ...request
  }: Asked & {
    readonly newTokens: number;
    /** What the text has to fit, as JSON; anything where there is none. */
    readonly schema?: Json | undefined;
  },
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Answer> {
  if (schema !== undefined && !session.keepsSchema)
    throw new Problem(400, "no_schemas", `${session.engine.name} cannot be held to a schema`, {
      param: "response_format",
    });
  const { newTokens } = request;
  if (newTokens === 0)
    return { text: "", tokens: 0, tokenIds: [], endTokenId: null, cachedTokens: 0, finish: "length" };
  const stopped = new AbortController();
  const filter = new StopFilter(stop, onText);
  // The engine is some tokens ahead when it hears that a word was found, and those are nobody's.
  let upTo = Number.POSITIVE_INFINITY;
  const onPiece = (text: string, tokens: number) => {
    if (filter.found) return;
    filter.push(text);
    if (!filter.found) return;
    upTo = tokens;
    stopped.abort();
  };
  const held = schema === undefined ? {} : { schema };
  const { tokens, tokenIds, trace, cachedTokens } = await generateUntilStopped(
    session,
    { promptIds, ...request, ...held },
    { onText: onPiece },
    AbortSignal.any([signal, stopped.signal]),
  );
  signal.throwIfAborted();
  filter.end();
  const ended = filter.found || tokens < newTokens;
  return {
    text: filter.text,
    tokens: Math.min(tokens, upTo),
    tokenIds: tokenIds.slice(0, upTo),
    endTokenId: filter.found ? null : (trace?.endTokenId ?? null),
    cachedTokens,
    finish: ended ? "stop" : "length",
  };
}

/** Lets text through up to the first of some words, and holds back what may be the beginning of one. */
class StopFilter {
  readonly #words: readonly string[];
  readonly #longest: number;
  readonly #onText: (text: string) => void;
  #held = "";
  text = "";
  found = false;

  constructor(words: readonly string[], onText: (text: string) => void) {
    this.#words = words;
    this.#longest = Math.max(0, ...words.map(({ length }) => length));
    this.#onText = onText;
  }

  push(text: string): void {
    this.#held += text;
    const places = this.#words.map((word) => this.#held.indexOf(word)).filter((place) => place >= 0);
    if (places.length > 0) {
      this.found = true;
      this.#held = this.#held.slice(0, Math.min(...places));
      this.end();
      return;
    }
    this.#pass(this.#held.length - Math.max(0, this.#longest - 1));
  }

  /** Lets through what was held back. */
  end(): void {
    this.#pass(this.#held.length);
  }

  #pass(length: number): void {
    if (length <= 0) return;
    const part = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    this.text += part;
    this.#onText(part);
  }
}
