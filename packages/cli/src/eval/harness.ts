import type { EvaluatedAnswer, Session } from "@quantlab/core";
import { evaluateWithHarness, type HarnessSample } from "@quantlab/lm-eval";
import type { Task } from "@quantlab/shared-metrics";
import { headOf } from "./evaluate.ts";
import type { EvalProgress, EvalResult } from "./messages.ts";

/** As `evaluate`, but lm-evaluation-harness asks and judges: every figure is what it said. */
export async function answerHarness(
  session: Session,
  tasks: readonly Task[],
  limit: number | null,
  tell: (progress: EvalProgress) => void,
): Promise<EvalResult> {
  const onAnswer = (done: number, total: number) => tell({ task: "lm-evaluation-harness", done, total });
  const { version, results, samples } = await evaluateWithHarness(session, tasks, { limit, onAnswer });
  const answered = tasks.map((task) => {
    const found = samples[task.task]?.map(answerOf) ?? null;
    return { ...headOf(task, found?.length ?? 0), answers: found };
  });
  return { engine: session.engine, tasks: answered, harness: { version, results } };
}

function answerOf({ acc, accNorm, ...sample }: HarnessSample): EvaluatedAnswer {
  return { ...sample, correctOfSum: acc, correctPerCharacter: accNorm };
}
