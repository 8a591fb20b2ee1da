export type { RunEvent, TurnPlace } from "./events.ts";
export { runDisplay } from "./experiment/run-display.ts";
export { type StartOptions, type StartOutcome, startExperiment } from "./experiment/start.ts";
export { measureCopySpeed } from "./guards/copy-speed.ts";
export { type CpuReading, readCpu, stolenPercent } from "./guards/cpu-clock.ts";
export { type PowerReading, readPower } from "./guards/power.ts";
export { describeLab } from "./provenance.ts";
export { type RunOptions, runArms } from "./run-arms.ts";
