import { EngineError, type Json } from "@quantlab/core";

/** A server that speaks OpenAI's API. */
export interface Endpoint {
  /** Up to the version: "http://127.0.0.1:8080/v1". */
  readonly url: string;
  /** What it wants as "Authorization: Bearer …"; null where it asks for none. It stands in no message. */
  readonly key: string | null;
}

/** A running server with the key that the environment holds for it, where most clients look for one. */
export const endpointAt = (url: string): Endpoint => ({ url, key: process.env.OPENAI_API_KEY || null });

/** Asks the server. Throws an EngineError with what it says where it refuses, and the signal's reason. */
export async function asked(
  { url, key }: Endpoint,
  place: string,
  { headers, signal, ...request }: RequestInit & { readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}${place}`, {
    ...request,
    headers: { ...headers, ...authorization },
    signal: signal ?? null,
  }).catch((cause: Error) => {
    signal?.throwIfAborted();
    throw new EngineError(url, `cannot be reached: ${reasonOf(cause)}`, "look whether it runs", cause);
  });
  if (answer.ok) return answer;
  throw new EngineError(url, `answers ${answer.status}: ${await saidBy(answer)}`);
}

/** Posts JSON. Throws as `asked`. */
export const post = (endpoint: Endpoint, place: string, body: Json, signal: AbortSignal | null) =>
  asked(endpoint, place, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });

/** Posts JSON, and reads the answer as JSON. Throws as `asked`, and an EngineError for an answer that is none. */
export async function posted<Answer>(
  endpoint: Endpoint,
  place: string,
  body: Json,
  signal: AbortSignal | null = null,
): Promise<Answer> {
  const answer = await post(endpoint, place, body, signal);
  return (await answer.json().catch((cause: Error) => {
    signal?.throwIfAborted();
    throw new EngineError(endpoint.url, `answers ${place} with what is no JSON`, null, cause);
  })) as Answer;
}

/** A model as a server lists it. What stands behind its id not every server tells. */
export interface ServedModel {
  readonly id: string;
  readonly owned_by?: string;
  /** Tokens of its context. */
  readonly max_model_len?: number;
  readonly meta?: {
    readonly n_ctx?: number;
    readonly n_ctx_train?: number;
    readonly n_vocab?: number;
  } | null;
}

/** The models that the server lists. None of one that answers without a list, as mlx_lm.server does that has no cache. */
export async function servedModels(
  endpoint: Endpoint,
  signal: AbortSignal | null = null,
): Promise<readonly ServedModel[]> {
  const answer = await asked(endpoint, "/models", { signal });
  const list = await answer.json().catch(() => {
    signal?.throwIfAborted();
    return {};
  });
  const { data = [] } = list as { readonly data?: readonly ServedModel[] };
  return data;
}

/** What the server calls its models. */
export async function servedNames(endpoint: Endpoint, signal?: AbortSignal): Promise<readonly string[]> {
  return (await servedModels(endpoint, signal)).map(({ id }) => id);
}

/** An error as OpenAI's API has it, or as some write it instead. */
export type SaidError = { readonly message?: string } | string;

export const messageOf = (error: SaidError): string =>
  typeof error === "string" ? error : (error.message ?? JSON.stringify(error));

async function saidBy(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    return messageOf((JSON.parse(text) as { readonly error: SaidError }).error);
  } catch {
    return text.trim().slice(0, 200) || answer.statusText;
  }
}

/** fetch says "fetch failed", and why behind it. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
}
