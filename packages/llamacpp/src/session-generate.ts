import { type GenerateRequest, type GenerateTrace, monotonicMs } from "@quantlab/core";
import type { LlamaContext, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import { isMeasured, requireNumbers } from "./session-logits.ts";

/**
 * One generation in a fresh sequence through `sequence.evaluate`, with a time for every token it yields. Unless it is
 * measured, throws an EngineError once logits have become no numbers.
 */
export async function generateInSession(
  context: LlamaContext,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<GenerateTrace> {
  const { promptIds, newTokens, onToken } = request;
  // A fresh sequence holds nothing.
  const cachedTokens = request.cachedTokens === "held" ? 0 : (request.cachedTokens ?? 0);
  const cached = Array.from(promptIds.subarray(0, cachedTokens)) as Token[];
  const prompt = Array.from(promptIds.subarray(cachedTokens)) as Token[];
  const tokenAtMs: number[] = [];
  const tokenIds: number[] = [];
  let endTokenId: number | undefined;
  let promptDoneAtMs: number | null = null;
  const sequence = context.getSequence();
  try {
    const options: SequenceEvaluateOptions = {
      ...samplerOptions(request.sampling),
      yieldEogToken: true,
      // Asked for after each pass and before its token is chosen: the first call is the end of the prompt pass.
      grammarEvaluationState: () => {
        promptDoneAtMs ??= monotonicMs();
        return undefined;
      },
    };
    if (cached.length > 0) await sequence.evaluateWithoutGeneratingNewTokens(cached);
    const startedAtMs = monotonicMs();
    for await (const token of sequence.evaluate(prompt, options)) {
      if (request.stopAtEndOfText && context.model.isEogToken(token)) {
        endTokenId = token;
        break;
      }
      tokenAtMs.push(monotonicMs());
      tokenIds.push(token);
      onToken?.(token);
      signal.throwIfAborted();
      if (tokenIds.length === newTokens) break;
    }
    const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter;
    const meteredInputTokens = usedInputTokens - cached.length;
    // What is no number stays so: later tokens read the keys and values of all before them.
    if (!isMeasured(request)) {
      await requireNumbers(
        sequence,
        tokenIds.at(-1) ?? prompt.at(-1)!,
        promptIds.length + tokenIds.length - 1,
      );
    }
    return {
      startedAtMs,
      promptDoneAtMs,
      promptTokens: prompt.length,
      tokenAtMs,
      tokenIds,
      ...(endTokenId !== undefined && { endTokenId }),
      engineCounters: { meteredInputTokens, meteredOutputTokens: usedOutputTokens },
    };
  } finally {
    await sequence.dispose();
  }
}

function samplerOptions(sampling: GenerateRequest["sampling"]): SequenceEvaluateOptions {
  if (sampling === "greedy") return { temperature: 0 };
  const { temperature, topP = 1, topK = 0, seed } = sampling;
  return { temperature, topP, topK, seed };
}
