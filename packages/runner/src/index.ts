export { withMachineLock } from "./machine-lock.ts";
export { type RunOptions, type RunOutcome, runExperiment } from "./run-experiment.ts";
