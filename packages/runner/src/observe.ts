import {
  type Experiment,
  type Observation,
  type ObserveContext,
  type Observer,
  QuantlabError,
  type Session,
  type TaskAnswers,
} from "@quantlab/core";

interface Observed {
  readonly observation: Observation;
  /** In words, what could not be observed. The timing stands without it. */
  readonly problem: string | null;
}

/**
 * Runs each observer that the report's handles need once, and one that another includes only where that one found
 * nothing. Nothing is observed in a session without scores.
 */
export async function observe(
  experiment: Experiment,
  session: Session,
  context: ObserveContext,
): Promise<Observed> {
  if (!session.score) return { observation: {}, problem: null };
  const answers: TaskAnswers[] = [];
  const problems: string[] = [];
  const made = new Set<string>();
  let scores: Observation["scores"];
  for (const observer of wideFirst(experiment.report.flatMap((handle) => handle.observers))) {
    if (made.has(observer.id)) continue;
    try {
      const found = await observer.observe(session, context);
      scores ??= found.scores;
      answers.push(...(found.answers ?? []));
      for (const id of [observer.id, ...(observer.includes ?? [])]) made.add(id);
    } catch (error) {
      made.add(observer.id);
      problems.push(`${observer.id}: ${reason(error)}`);
    }
    context.alive?.();
  }
  return {
    observation: { ...(scores ? { scores } : {}), ...(answers.length > 0 ? { answers } : {}) },
    problem: problems.length > 0 ? `not observed: ${problems.join("; ")}` : null,
  };
}

/** Those that include others before the others; otherwise in the order of the report. */
function wideFirst(observers: readonly Observer[]): Observer[] {
  return observers.toSorted((a, b) => (b.includes?.length ?? 0) - (a.includes?.length ?? 0));
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const remedy = error instanceof QuantlabError && error.remedy ? ` (${error.remedy})` : "";
  return error.message + remedy;
}
