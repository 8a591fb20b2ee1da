export { type LlamacppEngineOptions, llamacppEngine } from "./engine.ts";
export { type LlamacppSessionOptions, llamacppSession } from "./session.ts";
