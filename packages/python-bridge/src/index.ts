export { type CalledEngine, callEngine, withEngine } from "./call-engine.ts";
export { type DistributionFile, fetchFromDistribution } from "./environment/distribution.ts";
export { formatSize, type PythonEnvironment, pythonEnvironment } from "./environment/environment.ts";
export { type PythonBackendDefinition, pythonBackend } from "./python-backend.ts";
export type { PythonEngine } from "./python-engine.ts";
