export { type PowerReading, readPower } from "./guards/power.ts";
export { withMachineLock } from "./machine-lock.ts";
export { openProcessProbe, type ProcessProbe } from "./memory/process-probe.ts";
export { describeLab } from "./provenance.ts";
export { type RunOptions, type RunOutcome, runExperiment } from "./run-experiment.ts";
