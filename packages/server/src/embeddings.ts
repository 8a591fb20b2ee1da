import { type TextSession, wholeText } from "@quantlab/core";
import { Problem } from "./problem.ts";
import { promptsOf } from "./prompts.ts";
import type { EmbeddingBody } from "./requests.ts";

export interface Embeddings {
  readonly object: "list";
  readonly model: string;
  readonly data: readonly {
    readonly object: "embedding";
    readonly index: number;
    /** Numbers, or the base64 of their float32, little-endian. */
    readonly embedding: readonly number[] | string;
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number };
}

/** Each text as one vector of length 1. */
export async function embeddings(
  session: TextSession,
  { model, input, encoding_format, dimensions }: EmbeddingBody,
  signal: AbortSignal,
): Promise<Embeddings> {
  const { engine } = session;
  if (!session.embed)
    throw new Problem(400, "no_embeddings", `${engine.name} gives no vectors`, { param: "model" });
  const texts = await promptsOf(session, input, wholeText, "input");
  const longest = Math.max(...texts.map(({ ids }) => ids.length));
  const room = engine.trainedContext ?? engine.contextSize;
  if (longest > room)
    throw new Problem(
      400,
      "context_length_exceeded",
      `a text of ${longest} tokens, and the model reads ${room}`,
      { param: "input" },
    );
  const data: Embeddings["data"][number][] = [];
  for (const [index, { ids }] of texts.entries()) {
    const vector = await session.embed(ids, signal);
    if (dimensions != null && dimensions !== vector.length)
      throw new Problem(
        400,
        "invalid_request",
        `the model gives vectors of ${vector.length}, not of ${dimensions}`,
        {
          param: "dimensions",
        },
      );
    const embedding =
      encoding_format === "base64"
        ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64")
        : [...vector];
    data.push({ object: "embedding", index, embedding });
  }
  const tokens = texts.reduce((sum, { ids }) => sum + ids.length, 0);
  return { object: "list", model, data, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}
