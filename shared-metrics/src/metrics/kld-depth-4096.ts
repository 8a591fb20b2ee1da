import { depthDivergence } from "../depth-divergence.ts";

export const kldDepth4096 = depthDivergence(4096, 8192);
