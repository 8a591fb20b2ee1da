export { conformalReach, level } from "./conformal.ts";
export {
  coverage,
  type HeldOut,
  heldOut,
  type Interval,
  isCovered,
  type Prediction,
  predictor,
} from "./held-out.ts";
export { memory } from "./memory.ts";
export type { Learner } from "./model.ts";
export { type Observation, observationsOf, type Prospect } from "./observations.ts";
export { readBytes, speed } from "./speed.ts";
export { usualMemory, usualSpeed } from "./usual-formula.ts";
