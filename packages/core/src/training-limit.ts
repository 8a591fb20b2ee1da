import type { EngineInfo } from "./backend.ts";

/** llama.cpp rounds a context up to so many tokens. */
const rounding = 256;

/**
 * What must be known of figures from sequences of up to `tokens`, the engine's whole context unless said, that are longer
 * than the model was trained on: both numbers. Null otherwise.
 */
export function beyondTraining(
  { contextSize, trainedContext }: EngineInfo,
  tokens: number = contextSize,
): string | null {
  if (!trainedContext || tokens <= Math.ceil(trainedContext / rounding) * rounding) return null;
  return `${tokens} tokens in a row are more than the ${trainedContext} that the model was trained on: beyond them its answers are worth little`;
}
