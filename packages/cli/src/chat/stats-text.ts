import type { EngineInfo } from "@quantlab/core";
import type { Answer } from "./conversation.ts";

/** Lines for people: what the conversation takes, and how the last answer went. Speeds include what anybody waits for. */
export function statsText(about: string, { contextSize }: EngineInfo, answer: Answer | null): string {
  if (answer === null) return `${about}\nnothing has been asked yet`;
  const { promptTokens, cachedTokens, newTokens, ttftMs, decodeMs } = answer;
  const used = promptTokens + newTokens;
  const decode =
    decodeMs === null || decodeMs === 0 ? "" : `, ${((1000 * (newTokens - 1)) / decodeMs).toFixed(1)} tok/s`;
  return [
    about,
    `conversation: ${used} of ${contextSize} tokens`,
    `last question: ${promptTokens - cachedTokens} tokens read, ${cachedTokens} kept from before${ttftMs === null ? "" : `, first token after ${ttftMs.toFixed(0)} ms`}`,
    `last answer: ${newTokens} tokens${decode}`,
  ].join("\n");
}
