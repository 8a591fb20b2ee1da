import { plainText, QuantlabError, type TextSession } from "@quantlab/core";
import type { ChunkedText } from "../texts/chunked-text.ts";

/** Throws when a session reads the text in other tokens than the ids that it is to be scored with. */
export async function checkSameTokens(
  session: TextSession,
  { content, ids, file }: ChunkedText,
): Promise<void> {
  const own = await session.tokenize(content, plainText);
  const at = ids.findIndex((id, index) => id !== own[index]);
  if (at < 0 && own.length === ids.length) return;
  const token = at < 0 ? ids.length : at;
  throw new QuantlabError(
    "OTHER_TOKENS",
    `${file} is other tokens to the reference than to this model, from token ${token} on: ` +
      `${ids[token] ?? "its end"} there, ${own[token] ?? "its end"} here`,
    { remedy: "compare quantizations of one model: they share a vocabulary" },
  );
}
