import type { TextSession } from "@quantlab/core";
import { evaluateWithHarness, type HarnessOptions, lmEvalEngine } from "@quantlab/lm-eval";
import type { Task } from "@quantlab/scoring";
import type { EvalEnd, Tell } from "./messages.ts";

/** As `evaluate`, but lm-evaluation-harness asks and judges: every figure is what it said. */
export async function answerHarness(
  session: TextSession,
  tasks: readonly Task[],
  options: Pick<HarnessOptions, "limit" | "contextSize">,
  tell: Tell,
): Promise<EvalEnd> {
  const name = lmEvalEngine.title;
  const onAnswer = (done: number, total: number) => tell("answered", { task: name, done, total });
  const harness = await evaluateWithHarness(session, tasks, { ...options, onAnswer });
  return { engine: session.engine, harness: { name, ...harness } };
}
