import { depthDivergence } from "../depth-divergence.ts";

export const kldDepth512 = depthDivergence(512, 1024);
