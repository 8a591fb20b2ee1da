import type { Json } from "../json.ts";
import type { Result } from "../result.ts";

type Fields = Readonly<Record<string, Json>>;

/** What stood elsewhere in the first version of a `Result`. */
interface FirstResult {
  readonly protocol: Fields;
  readonly prompt: { readonly name: string; readonly text: string; readonly tokens: number };
}

/** A result of schema version 1, which knew one prompt and one scored text, in version 2. */
export function migrateResult1(value: unknown): unknown {
  const { prompt, ...rest } = value as FirstResult & Omit<Result, "protocol">;
  const { blocks, order, seed, chunks, items, ...generate } = rest.protocol;
  const score = { ...(chunks !== undefined && { chunks }), ...(items !== undefined && { items }) };
  return {
    ...rest,
    schemaVersion: 2,
    protocol: { blocks, order, seed },
    workloads: {
      generate: {
        prompt: prompt.name,
        ...generate,
        promptText: prompt.text,
        promptTokens: prompt.tokens,
      },
      ...(Object.keys(score).length > 0 && { score }),
    },
  };
}
