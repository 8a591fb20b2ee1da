import type { Observation, Prospect } from "./observations.ts";

/** A quantity that can be predicted, and how it is learnt from observations. */
export interface Learner {
  /** What was measured of it; null where an observation tells nothing of it, or is not of its kind. */
  readonly measured: (observation: Observation) => number | null;
  /** Learns from observations that `measured` tells of. */
  readonly fit: (observations: readonly Observation[]) => Model;
}

export interface Model {
  /** The prediction, or why there is none. */
  readonly predict: (prospect: Prospect) => number | { readonly none: string };
}
