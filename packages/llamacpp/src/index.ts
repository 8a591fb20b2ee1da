export { type LlamacppEngineOptions, llamacppEngine } from "./engine.ts";
export { engines } from "./registration.ts";
export { type LlamacppSessionOptions, llamacppSession } from "./session.ts";
