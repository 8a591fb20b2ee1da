import type { EvaluatedAnswer, Json, TextSession } from "@quantlab/core";
import { withEngine } from "@quantlab/python-bridge";
import { askTask, type Task } from "@quantlab/scoring";
import { Answers } from "./answers.ts";
import { lmEvalEngine } from "./engine.ts";
import { harnessTask } from "./harness-task.ts";
import { samplesOf } from "./results.ts";
import type { Turn } from "./turn.ts";

export interface HarnessOptions {
  /** Items of each task, from its beginning; all unless said. */
  readonly limit?: number | null;
  /** Tokens that fit into a context whose size was given, and so does not grow. */
  readonly contextSize?: number | undefined;
  readonly signal?: AbortSignal;
  /** Called after each answer of the session: to a choice, or a written one. */
  readonly onAnswer?: (done: number, total: number) => void;
}

export interface HarnessOutcome {
  readonly version: string;
  /** The harness's own results with its samples, as it would write them; null when there was nothing to ask. */
  readonly results: Json;
  /** Of each task that the session could answer, its questions in order. */
  readonly samples: Readonly<Record<string, readonly EvaluatedAnswer[]>>;
}

/**
 * Has lm-evaluation-harness put tasks to a session. It builds the requests and judges choices in a Python process of its
 * own; the session answers here, where the lab also judges what is written. All items are put into the model's tokens
 * before anything is asked, as by `askTask`; tasks of choices are left out for an engine without logits. Makes the
 * environment when it is not there.
 */
export async function evaluateWithHarness(
  session: TextSession,
  tasks: readonly Task[],
  { limit, contextSize, signal = new AbortController().signal, onAnswer }: HarnessOptions = {},
): Promise<HarnessOutcome> {
  const asked: Task[] = [];
  const given: Json[] = [];
  for (const task of tasks) {
    const put = await askTask(session, task, { most: limit ?? Number.POSITIVE_INFINITY, contextSize });
    if (!put) continue;
    asked.push(task);
    given.push({ ...harnessTask(task, put) });
  }
  return withEngine(lmEvalEngine, { signal, environment: quiet }, async ({ version, call }) => {
    if (given.length === 0) return { version, results: null, samples: {} };
    const answers = new Answers(session, asked, signal);
    let turn = (await call("begin", { tasks: given })) as unknown as Turn;
    let [done, total] = [0, 0];
    while (!("done" in turn)) {
      if (turn.ask !== "judge") total += turn.requests.length;
      const found = await answers.to(turn, () => onAnswer?.(++done, total));
      turn = (await call("answer", { answers: found })) as unknown as Turn;
    }
    const results = turn.done;
    const samples = Object.fromEntries(asked.map(({ task }) => [task, samplesOf(results, task)]));
    return { version, results, samples };
  });
}

/** Its libraries log and count what nobody asked for. */
const quiet = { LMEVAL_LOG_LEVEL: "ERROR", HF_DATASETS_OFFLINE: "1", HF_UPDATE_DOWNLOAD_COUNTS: "0" };
