import { capture } from "@quantlab/benchmark-tools";
import { EngineError } from "@quantlab/core";
import type { Shape, Speeds } from "./shape.ts";

/** One block of llama-bench: prefill at depth 0, then decode behind a prompt, each with its own warm-up. */
export async function runLlamaBench(
  program: string,
  model: string,
  threads: number,
  shape: Shape,
  signal: AbortSignal,
): Promise<Speeds> {
  const { promptTokens, decodedTokens, repetitions } = shape;
  const run = async (test: readonly number[]) => {
    const [prompt, decoded, depth] = test.map(String) as [string, string, string];
    const flags = ["-m", model, "-t", String(threads), "-ngl", "0", "-r", String(repetitions), "-o", "json"];
    const parameters = [...flags, "-p", prompt, "-n", decoded, "-d", depth];
    return samplesOf(await capture("llama-bench", program, parameters, signal));
  };
  return {
    prefillTps: await run([promptTokens, 0, 0]),
    decodeTps: await run([0, decodedTokens, promptTokens]),
  };
}

/** Tokens a second of each repetition, from what `llama-bench -o json` prints for one test. */
export function samplesOf(stdout: string): number[] {
  const tests = JSON.parse(stdout) as { readonly samples_ts?: readonly number[] }[];
  const samples = tests[0]?.samples_ts;
  if (tests.length === 1 && samples) return [...samples];
  throw new EngineError(
    "llama-bench",
    `printed ${tests.length} tests, one was asked for`,
    "rebuild the peers",
  );
}
