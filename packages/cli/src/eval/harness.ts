import type { TextSession } from "@quantlab/core";
import { evaluateWithHarness, lmEvalEngine } from "@quantlab/lm-eval";
import type { Task } from "@quantlab/scoring";
import { answeredTask } from "./answered-task.ts";
import type { EvalProgress, EvalResult } from "./messages.ts";

/** As `evaluate`, but lm-evaluation-harness asks and judges: every figure is what it said. */
export async function answerHarness(
  session: TextSession,
  tasks: readonly Task[],
  limit: number | null,
  tell: (progress: EvalProgress) => void,
): Promise<EvalResult> {
  const name = lmEvalEngine.title;
  const onAnswer = (done: number, total: number) => tell({ task: name, done, total });
  const { version, results, samples } = await evaluateWithHarness(session, tasks, { limit, onAnswer });
  const answered = tasks.map((task) => answeredTask(task, samples[task.task] ?? null));
  return { engine: session.engine, tasks: answered, harness: { name, version, results } };
}
