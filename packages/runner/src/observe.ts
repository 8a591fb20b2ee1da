import type { Experiment, Observation, ObserveContext, Session, TaskAnswers } from "@quantlab/core";

interface Observed {
  readonly observation: Observation;
  /** In words, what could not be observed. The timing stands without it. */
  readonly problem: string | null;
}

/** Runs each observer that the report's handles need once. Nothing is observed in a session without scores. */
export async function observe(
  experiment: Experiment,
  session: Session,
  context: ObserveContext,
  onDone: () => void,
): Promise<Observed> {
  if (!session.score) return { observation: {}, problem: null };
  const observers = new Map(
    experiment.report.flatMap((handle) => handle.observers).map((each) => [each.id, each]),
  );
  const answers: TaskAnswers[] = [];
  const problems: string[] = [];
  let scores: Observation["scores"];
  for (const observer of observers.values()) {
    try {
      const found = await observer.observe(session, context);
      scores = found.scores ?? scores;
      answers.push(...(found.answers ?? []));
    } catch (error) {
      problems.push(`${observer.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
    onDone();
  }
  return {
    observation: { ...(scores ? { scores } : {}), ...(answers.length > 0 ? { answers } : {}) },
    problem: problems.length > 0 ? `not observed: ${problems.join("; ")}` : null,
  };
}
