export { transformersEngine } from "./engine.ts";
export { engines } from "./registration.ts";
export { type TransformersCpuOptions, transformersCpu } from "./transformers-cpu.ts";
