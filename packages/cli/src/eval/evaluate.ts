import { type TextSession, withTokenizer } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { answerTask, judgedAnswers, readTask, type Task } from "@quantlab/scoring";
import { requireAvailable } from "../frame/availability.ts";
import { type AnsweredTask, answeredTask } from "./answered-task.ts";
import type { EvalJob, EvalProgress, EvalResult } from "./messages.ts";

/** Loads the model and has it answer every task. */
export async function evaluate(job: EvalJob, tell: (progress: EvalProgress) => void): Promise<EvalResult> {
  const backend = engineByName(job.backend).backend(job.backendOptions);
  await requireAvailable(backend);
  const tasks = await Promise.all(job.files.map(readTask));
  await using session = withTokenizer(await backend.load(job.model, new AbortController().signal));
  if (job.harness === "lm-eval") {
    const { answerHarness } = await import("./harness.ts");
    return await answerHarness(session, tasks, job.limit, tell);
  }
  const answered: AnsweredTask[] = [];
  for (const task of tasks) answered.push(await answer(session, task, job.limit, tell));
  return { engine: session.engine, tasks: answered, harness: null };
}

async function answer(
  session: TextSession,
  task: Task,
  limit: number | null,
  tell: (progress: EvalProgress) => void,
): Promise<AnsweredTask> {
  const most = limit ?? Number.POSITIVE_INFINITY;
  const total = Math.min(most, task.items.length);
  let done = 0;
  const onItem = () => tell({ task: task.task, done: ++done, total });
  const answers = await answerTask(session, task, { most, signal: new AbortController().signal, onItem });
  return answeredTask(task, answers && judgedAnswers(task, answers.items));
}
