import { type GenerateRequest, type GenerateTrace, monotonicMs, unusableLogits } from "@quantlab/core";
import { type Context, Sampler } from "@quantlab/llama-capi";
import { engineName } from "./engine-info.ts";
import type { CachedPrefix } from "./engine-prefix.ts";

/**
 * One generation from a context that holds nothing but the request's cached tokens. The caller has made sure that
 * everything fits. Throws an EngineError at logits that are no numbers.
 */
export async function generate(
  context: Context,
  prefix: CachedPrefix,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<GenerateTrace> {
  const { promptIds, cachedTokens = 0, newTokens, sampling, stopAtEndOfText, onToken } = request;
  const tokenAtMs: number[] = [];
  const tokenIds: number[] = [];
  let endTokenId: number | undefined;
  using sampler = sampling === "greedy" ? null : new Sampler(context.model.llama, sampling);
  prefix.hold(promptIds.subarray(0, cachedTokens));
  const timedIds = promptIds.subarray(cachedTokens);
  const startedAtMs = monotonicMs();
  prefix.decode(timedIds);
  context.synchronize();
  const promptDoneAtMs = monotonicMs();
  while (tokenIds.length < newTokens) {
    const likeliest = context.argmaxLast();
    if (likeliest < 0) throw unusableLogits(engineName, promptIds.length + tokenIds.length - 1);
    const id = sampler ? sampler.sample(context) : likeliest;
    if (stopAtEndOfText && context.model.isEndOfGeneration(id)) {
      endTokenId = id;
      break;
    }
    tokenAtMs.push(monotonicMs());
    tokenIds.push(id);
    if (onToken) {
      onToken(id);
      // Lets the text be written and a cancel be heard; only who streams pays for it.
      await new Promise((resolve) => setImmediate(resolve));
    }
    signal.throwIfAborted();
    if (tokenIds.length === newTokens) break;
    prefix.decodeOne(id);
    context.synchronize();
  }
  return {
    startedAtMs,
    promptDoneAtMs,
    promptTokens: timedIds.length,
    tokenAtMs,
    tokenIds,
    ...(endTokenId !== undefined && { endTokenId }),
    engineCounters: { ...context.counters },
  };
}
