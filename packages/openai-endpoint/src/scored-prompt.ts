import { EngineError, type TokenLikelihood } from "@quantlab/core";
import { type Endpoint, posted } from "./endpoint.ts";

interface Scored {
  readonly choices: readonly {
    readonly logprobs?: {
      readonly token_logprobs?: readonly (number | null)[];
      readonly top_logprobs?: readonly (Readonly<Record<string, number>> | null)[];
    } | null;
  }[];
}

/**
 * What the model thought of each token of a prompt but the first, which nothing predicts. Throws an EngineError where the server
 * does not give the prompt back with its log probabilities: several leave `echo` out without a word.
 */
export async function scoredPrompt(
  endpoint: Endpoint,
  model: string,
  prompt: readonly number[],
  signal: AbortSignal,
): Promise<readonly TokenLikelihood[]> {
  // Some servers take no request for none.
  const request = { model, prompt, max_tokens: 1, echo: true, logprobs: 1, temperature: 0 };
  const { choices } = await posted<Scored>(endpoint, "/completions", request, signal);
  const { token_logprobs: own = [], top_logprobs: likeliest = [] } = choices[0]?.logprobs ?? {};
  if (own.length < prompt.length)
    throw new EngineError(endpoint.url, "does not tell what the model thought of a prompt");
  return own.slice(1, prompt.length).map((logProbability, index) => ({
    logProbability: logProbability ?? Number.NaN,
    likeliest: logProbability! >= Math.max(...Object.values(likeliest[index + 1] ?? {})),
  }));
}
