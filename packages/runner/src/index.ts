export { type PowerReading, readPower } from "./guards/power.ts";
export { withMachineLock } from "./machine-lock.ts";
export { type RunOptions, type RunOutcome, runExperiment } from "./run-experiment.ts";
