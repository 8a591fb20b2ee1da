import { depthDivergence } from "../depth-divergence.ts";

export const kldDepth256 = depthDivergence(256, 512);
