import path from "node:path";
import {
  type BlockContext,
  isPath,
  monotonicMs,
  placeOf,
  QuantlabError,
  type ReadySubject,
  repositoryRoot,
  restoredFrom,
  type TaskSetName,
  taskSets,
  texts,
} from "@quantlab/core";
import {
  type AskedTask,
  answerTask,
  askTask,
  type ChunkOptions,
  canScore,
  readTasks,
  type ScoringSession,
  scoreDivergence,
  scoreReference,
  scoreText,
  type TaskAnswers,
} from "@quantlab/scoring";
import { openEngine } from "../subject/session.ts";
import type { Sample, Scores } from "./sample.ts";

import { defaults, type Settled, type Workload } from "./workload.ts";

/** Loads, scores, answers. What cannot be had is a problem of the block; the rest stands. */
export async function scoreBlock(
  ready: ReadySubject,
  workload: Workload & Settled,
  block: BlockContext,
): Promise<Sample> {
  const engine = await openEngine(ready);
  await block.phase("beforeLoad");
  const startMs = monotonicMs();
  await using session = await engine.load(block.signal);
  const loadMs = monotonicMs() - startMs;
  block.ran(session.engine);
  await block.phase("afterLoad");
  if (!canScore(session)) return { loadMs, scores: null, answers: null };
  const from = ready.model && restoredFrom(ready.model);
  if (from) block.note(`its weights were restored from ${from}, and its quality is that of those`);
  const scores = await scoresOf(session, workload, block);
  const answered = workload.answers ? await answersOf(session, ready, workload, block) : { answers: null };
  block.spent(monotonicMs() - startMs);
  await block.phase("afterScore");
  return { loadMs, scores, ...answered };
}

async function scoresOf(
  session: ScoringSession,
  workload: Workload & Settled,
  block: BlockContext,
): Promise<Scores | null> {
  const { text = defaults.text, chunks, chunkSize, everyToken, perplexity, divergence } = workload;
  const file = placeOf(texts[text]);
  const options: ChunkOptions = {
    ...(chunks !== undefined && { most: chunks }),
    ...(chunkSize !== undefined && { chunkSize }),
    ...(everyToken !== undefined && { everyToken }),
  };
  const compared = divergence
    ? await attempted("divergence", block, () => comparedScores(session, workload, file, options, block))
    : null;
  if (compared) return { text, ...compared };
  if (!perplexity && !divergence) return null;
  const alone = await attempted("perplexity", block, () => scoreText(session, file, options, block));
  return alone && { text, ...alone };
}

async function comparedScores(
  session: ScoringSession,
  { arm, reference }: Settled,
  file: string,
  options: ChunkOptions,
  block: BlockContext,
): Promise<Omit<Scores, "text">> {
  if (!reference) {
    throw new QuantlabError("NO_REFERENCE", "there is no reference to diverge from", {
      remedy: "name one in the experiment: reference: <arm>",
    });
  }
  const named = { reference: reference.arm };
  if (reference.arm === arm) return { ...(await scoreReference(session, file, options, block)), ...named };
  if ("unavailable" in reference) {
    throw new QuantlabError(
      "NO_REFERENCE",
      `the reference ${reference.arm} cannot be had: ${reference.unavailable}`,
    );
  }
  // Not before: the arm was loaded with its own environment alone.
  Object.assign(process.env, reference.subject.environment);
  const engine = await openEngine(reference.subject);
  await using opened = await engine.load(block.signal);
  if (!canScore(opened)) {
    throw new QuantlabError("NO_LOGITS", `the reference ${reference.arm} shows no logits`, {
      remedy: "take an arm of another engine as the reference: one that shows them",
    });
  }
  return { ...(await scoreDivergence(opened, session, file, options, block)), ...named };
}

/** Looks at every item of every task before the first is answered. What was answered stands when something breaks. */
async function answersOf(
  session: ScoringSession,
  ready: ReadySubject,
  { tasks: set = defaults.tasks, items: most = Number.POSITIVE_INFINITY }: Workload,
  block: BlockContext,
): Promise<Pick<Sample, "answers" | "unanswered">> {
  const all = await attempted("answers", block, () => readTasks(placeOf(taskSets[set])));
  if (!all) return { answers: null };
  const tasks = all.filter(({ task }) => mayKnow(ready, set, task));
  if (tasks.length < all.length) {
    const { model, taught } = taskSets[set];
    block.note(`the tasks ${taught.join(" and ")} are left out: only ${model} was taught what they ask`);
  }
  const asked: AskedTask[] = [];
  for (const task of tasks) {
    const put = await attempted(`answers to ${task.task}`, block, () => askTask(session, task, { most }));
    if (put) asked.push(put);
  }
  const answers: TaskAnswers[] = [];
  const { signal, alive: onItem } = block;
  for (const task of asked) {
    const answer = () => answerTask(session, task, { signal, onItem });
    const answered = await attempted(`answers to ${task.task}`, block, answer);
    // An engine that broke would break at the next one, too.
    if (!answered) break;
    answers.push(answered);
  }
  const left = tasks.filter(({ task }) => !answers.some((answered) => answered.task === task));
  const unanswered = left.filter(({ kind }) => kind === "multiple-choice").map(({ task }) => task);
  return {
    answers: answers.length > 0 ? answers : null,
    ...(unanswered.length > 0 && { unanswered }),
  };
}

/** Another model of the catalogue was not taught what one model's texts tell; a file of somebody's may have been. */
function mayKnow({ model }: ReadySubject, set: TaskSetName, task: string): boolean {
  const { model: own, taught } = taskSets[set];
  return !model || model.ref.id === own || isPath(model.ref.id) || !taught.includes(task);
}

/** What `work` gives, or null with the reason told. */
async function attempted<T>(what: string, block: BlockContext, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const { message, remedy = null } = error as QuantlabError;
    const problem = `${what}: ${message}${remedy ? ` (${remedy})` : ""}`;
    // A run is published: where the repository lies on this machine is nobody's business.
    block.problem(problem.replaceAll(`${repositoryRoot}${path.sep}`, ""));
    return null;
  }
}
