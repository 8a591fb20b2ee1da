import { type GenerateRequest, unusableLogits } from "@quantlab/core";
import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { sessionName } from "./session-errors.ts";

/** Whether it is a measurement, which nothing else is to be done beside. */
export const isMeasured = ({ onToken, stopAtEndOfText }: GenerateRequest): boolean =>
  onToken === undefined && !stopAtEndOfText;

/**
 * Runs one more token, at `position`, and throws an EngineError where the logits behind it are no numbers. node-llama-cpp
 * shows no logits, but tells the share of the token taken, which is none then either.
 */
export async function requireNumbers(
  sequence: LlamaContextSequence,
  token: number,
  position: number,
): Promise<void> {
  const options = { temperature: 0, yieldEogToken: true };
  const rows = sequence.evaluateWithMetadata([token as Token], { confidence: true }, options);
  for await (const { confidence } of rows) {
    if (Number.isFinite(confidence)) return;
    throw unusableLogits(sessionName, position);
  }
}
