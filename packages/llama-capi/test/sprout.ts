import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import type { ContextSettings } from "../src/index.ts";

/** The shipped model. */
export const sprout = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");

/** A context that any machine can make. */
export const small: ContextSettings = {
  contextSize: 512,
  batchSize: 512,
  microBatchSize: 512,
  threads: 1,
  batchThreads: 1,
  flashAttention: "auto",
  keyType: "f16",
  valueType: "f16",
};
