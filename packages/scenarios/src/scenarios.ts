// Every scenario of the lab, a line each.
export { command } from "./command/scenario.ts";
export { generate } from "./generate/scenario.ts";
export { score } from "./score/scenario.ts";
export { serve } from "./serve/scenario.ts";
