import { depthDivergence } from "../depth-divergence.ts";

export const kldDepth2048 = depthDivergence(2048, 4096);
