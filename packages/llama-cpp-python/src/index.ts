export { llamaCppPythonEngine } from "./engine.ts";
export { type LlamaCppPythonOptions, llamaCppPython } from "./llama-cpp-python.ts";
export { engines } from "./registration.ts";
