export { transformersEngine } from "./engine.ts";
export { type TransformersCpuOptions, transformersCpu } from "./transformers-cpu.ts";
