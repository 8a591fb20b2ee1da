import {
  type BlockContext,
  monotonicMs,
  placeOf,
  QuantlabError,
  type ReadySubject,
  taskSets,
  texts,
} from "@quantlab/core";
import {
  answerTask,
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
  const scores = await scoresOf(session, workload, block);
  const answers = workload.answers
    ? await attempted("answers", block, () => answersOf(session, workload, block))
    : null;
  block.spent(monotonicMs() - startMs);
  await block.phase("afterScore");
  return { loadMs, scores, answers };
}

async function scoresOf(
  session: ScoringSession,
  workload: Workload & Settled,
  block: BlockContext,
): Promise<Scores | null> {
  const { text = defaults.text, chunks, perplexity, divergence } = workload;
  const file = placeOf(texts[text]);
  const options = chunks === undefined ? {} : { most: chunks };
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
  options: { readonly most?: number },
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

async function answersOf(
  session: ScoringSession,
  { tasks = defaults.tasks, items = Number.POSITIVE_INFINITY }: Workload,
  { signal, alive }: BlockContext,
): Promise<TaskAnswers[]> {
  const answers: TaskAnswers[] = [];
  for (const task of await readTasks(placeOf(taskSets[tasks]))) {
    const answered = await answerTask(session, task, { most: items, signal, onItem: alive });
    if (answered) answers.push(answered);
  }
  return answers;
}

/** What `work` gives, or null with the reason told. */
async function attempted<T>(what: string, block: BlockContext, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const { message, remedy = null } = error as QuantlabError;
    block.problem(`${what}: ${message}${remedy ? ` (${remedy})` : ""}`);
    return null;
  }
}
