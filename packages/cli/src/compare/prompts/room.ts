import type { EngineInfo } from "@quantlab/core";
import type { PromptsJob } from "./messages.ts";

/** Why a prompt of so many tokens cannot be asked, with both numbers; null where it can. */
export function noRoom(
  promptTokens: number,
  { newTokens, contextSize }: Pick<PromptsJob, "newTokens" | "contextSize">,
  engines: readonly Pick<EngineInfo, "trainedContext">[],
): string | null {
  const trained = Math.min(...engines.flatMap(({ trainedContext }) => trainedContext ?? []));
  const needed = promptTokens + newTokens;
  if (needed <= (contextSize ?? trained)) return null;
  return contextSize === null
    ? `${promptTokens} tokens of prompt and ${newTokens} of an answer are ${needed}, more than the ${trained} that the model was trained on`
    : `${promptTokens} tokens of prompt and ${newTokens} of an answer are ${needed}, more than the context of ${contextSize}`;
}
