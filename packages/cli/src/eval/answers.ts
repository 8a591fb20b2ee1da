import type { EngineInfo, Json } from "@quantlab/core";
import { callOnce, type RemoteProgram } from "@quantlab/processes";
import { type ItemAnswer, judgedAnswers, type Task } from "@quantlab/scoring";
import { withProgress } from "../frame/preparation.ts";
import { type AnsweredTask, answeredTask } from "./answered-task.ts";
import type { EvalEnd, EvalJob, EvalProgress, EvalReady } from "./messages.ts";

/** What one model answered. */
export interface Answers {
  readonly engine: EngineInfo;
  readonly tasks: readonly AnsweredTask[];
  readonly harness: EvalEnd["harness"];
  /** What ended it before the last item; undefined where nothing did. */
  readonly failure?: unknown;
}

/**
 * Has a model answer tasks in a process of its own. When that breaks in the middle, what was answered by then is there
 * with the failure, which is thrown where nothing was. Throws the signal's reason after an abort.
 */
export function answersOf(
  program: RemoteProgram,
  job: EvalJob,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<Answers> {
  const told: { ready?: EvalReady } = {};
  const items = new Map<string, ItemAnswer[]>(tasks.map(({ task }) => [task, []]));
  const answered = (task: Task) => {
    const isAsked = told.ready?.tasks.includes(task.task);
    return answeredTask(task, isAsked ? judgedAnswers(task, items.get(task.task)!) : null);
  };
  return withProgress(async (onProgress) => {
    const onEvent = (event: string, data: Json) => {
      if (event === "ready") {
        told.ready = data as unknown as EvalReady;
        return;
      }
      const { task, done, total, answer } = data as unknown as EvalProgress;
      if (answer) items.get(task)!.push(answer);
      onProgress({ step: `answering ${task}`, done, total, unit: "steps" });
    };
    try {
      const { engine, harness } = await callOnce<EvalEnd>(program, "evaluate", job, { signal, onEvent });
      const judged = (task: Task) => answeredTask(task, harness?.samples[task.task] ?? null);
      return { engine, tasks: tasks.map(harness ? judged : answered), harness };
    } catch (failure) {
      signal.throwIfAborted();
      const begun = tasks.filter(({ task }) => items.get(task)!.length > 0);
      if (!told.ready || begun.length === 0) throw failure;
      return { engine: told.ready.engine, tasks: begun.map(answered), harness: null, failure };
    }
  });
}
