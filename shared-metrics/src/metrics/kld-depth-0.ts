import { depthDivergence } from "../depth-divergence.ts";

export const kldDepth0 = depthDivergence(0, 256);
