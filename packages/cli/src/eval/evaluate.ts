import { withTokenizer } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { type AskedTask, answerTask, askTask, type ItemAnswer, readTask } from "@quantlab/scoring";
import { requireAvailable } from "../frame/availability.ts";
import type { EvalEnd, EvalJob, Tell } from "./messages.ts";

const { signal } = new AbortController();

/** Loads the model, looks at every item, and only then has it answer; each answer is told, and so kept, as it is there. */
export async function evaluate(job: EvalJob, tell: Tell): Promise<EvalEnd> {
  const { backendOptions, limit } = job;
  const backend = engineByName(job.backend).backend(backendOptions);
  await requireAvailable(backend);
  const tasks = await Promise.all(job.files.map(readTask));
  await using session = withTokenizer(await backend.load(job.model, signal));
  const contextSize = backendOptions.contextSize as number | undefined;
  if (job.harness === "lm-eval") {
    const { answerHarness } = await import("./harness.ts");
    return await answerHarness(session, tasks, { limit, contextSize }, tell);
  }
  const asked: AskedTask[] = [];
  for (const task of tasks) {
    const put = await askTask(session, task, { most: limit ?? Number.POSITIVE_INFINITY, contextSize });
    if (put) asked.push(put);
  }
  tell("ready", { engine: session.engine, tasks: asked.map(({ task }) => task) });
  for (const each of asked) {
    const { task, items } = each;
    let done = 0;
    const onItem = (answer: ItemAnswer) =>
      tell("answered", { task, done: ++done, total: items.length, answer });
    await answerTask(session, each, { signal, onItem });
  }
  return { engine: session.engine, harness: null };
}
