export { model, parseModelReference } from "./source.ts";
