import { EngineError, type GenerateRequest, type ModelFile } from "@quantlab/core";

/** Throws an EngineError for a model in another form. */
export function requireGguf(engine: string, { ref, path }: ModelFile): void {
  if (ref.form === "gguf") return;
  const remedy = "give a .gguf file, or convert it with lab convert";
  throw new EngineError(engine, `${path} is a ${ref.form} model`, remedy);
}

/** Throws an EngineError for an empty sequence. */
export function requireTokens(engine: string, { length }: Int32Array): void {
  if (length === 0) throw new EngineError(engine, "there are no tokens to run", "give at least one token");
}

/** Throws an EngineError where nothing of the prompt is left to read: the logits behind it come from reading. */
export function requirePrompt(engine: string, { promptIds, cachedTokens = 0 }: GenerateRequest): void {
  if (cachedTokens === "held" || (cachedTokens >= 0 && cachedTokens < promptIds.length)) return;
  throw new EngineError(
    engine,
    `${cachedTokens} of a prompt of ${promptIds.length} tokens are to be in the cache`,
    `give cachedTokens from 0 to ${promptIds.length - 1}`,
  );
}

/** Of a context whose size was given, and so does not grow. */
export function contextTooSmall(engine: string, tokens: number, contextSize: number): EngineError {
  return new EngineError(
    engine,
    `prompt and new tokens need ${tokens} places, the context has ${contextSize}`,
    `set contextSize to ${tokens} or more`,
  );
}
