import { conformalReach } from "./conformal.ts";
import type { Learner } from "./model.ts";
import type { Observation, Prospect } from "./observations.ts";

export type Interval = readonly [low: number, high: number];

/** A prediction by what was learnt without this observation's shape, beside what was measured. */
export interface HeldOut {
  readonly observation: Observation;
  readonly measured: number;
  readonly predicted: number;
  /** Of the 90% interval that the other shapes give; null where they are too few. */
  readonly interval: Interval | null;
}

/** What is predicted of something that was not measured, or why nothing is. */
export type Prediction =
  | { readonly value: number; readonly interval: Interval | null }
  | { readonly value: null; readonly reason: string };

/** Every observation, predicted from the other shapes alone, with the interval that those give among themselves. */
export function heldOut(learner: Learner, observations: readonly Observation[]): HeldOut[] {
  const known = observations.filter((each) => learner.measured(each) !== null);
  return shapesOf(known).flatMap((shape) => {
    const others = known.filter((each) => each.shape !== shape);
    if (others.length === 0) return [];
    const model = learner.fit(others);
    const reach = conformalReach(distances(learner, others));
    return known.flatMap((observation): HeldOut[] => {
      if (observation.shape !== shape) return [];
      const predicted = model.predict(observation);
      if (typeof predicted !== "number") return [];
      return [
        {
          observation,
          predicted,
          measured: learner.measured(observation)!,
          interval: around(predicted, reach),
        },
      ];
    });
  });
}

/** A prediction of something new, from all that was measured. */
export function predictor(
  learner: Learner,
  observations: readonly Observation[],
): (prospect: Prospect) => Prediction {
  const known = observations.filter((each) => learner.measured(each) !== null);
  const model = learner.fit(known);
  const reach = conformalReach(distances(learner, known));
  return (prospect) => {
    const predicted = model.predict(prospect);
    return typeof predicted === "number"
      ? { value: predicted, interval: around(predicted, reach) }
      : { value: null, reason: predicted.none };
  };
}

/** The share of held-out cases that lay in their interval; null where none had one. */
export function coverage(cases: readonly HeldOut[]): number | null {
  const judged = cases.filter(({ interval }) => interval !== null);
  if (judged.length === 0) return null;
  return judged.filter(isCovered).length / judged.length;
}

export function isCovered({ measured, interval }: HeldOut): boolean {
  return interval !== null && measured >= interval[0] && measured <= interval[1];
}

/** |ln(measured / predicted)| of each case, each predicted without its shape. */
function distances(learner: Learner, observations: readonly Observation[]): number[] {
  return shapesOf(observations).flatMap((shape) => {
    const others = observations.filter((each) => each.shape !== shape);
    if (others.length === 0) return [];
    const model = learner.fit(others);
    return observations.flatMap((each) => {
      if (each.shape !== shape) return [];
      const predicted = model.predict(each);
      return typeof predicted === "number" ? [Math.abs(Math.log(learner.measured(each)! / predicted))] : [];
    });
  });
}

function shapesOf(observations: readonly Observation[]): string[] {
  return [...new Set(observations.map(({ shape }) => shape))];
}

const around = (value: number, reach: number | null): Interval | null =>
  reach === null ? null : [value * Math.exp(-reach), value * Math.exp(reach)];
