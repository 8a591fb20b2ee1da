import { depthDivergence } from "../depth-divergence.ts";

export const kldDepth1024 = depthDivergence(1024, 2048);
