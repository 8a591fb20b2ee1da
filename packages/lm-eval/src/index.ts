export { lmEvalEngine } from "./engine.ts";
export { evaluateWithHarness, type HarnessOptions, type HarnessOutcome } from "./evaluate.ts";
