export { transformersEngine } from "./engine.ts";
export { hfForm } from "./form.ts";
export { engines } from "./registration.ts";
export { type TransformersCpuOptions, transformersCpu } from "./transformers-cpu.ts";
