import { memory } from "../displays.ts";
import { modelFact } from "../model-fact.ts";

/**
 * Bytes of the weights as the engine says that it holds them, every copy counted: after Transformers has converted or
 * quantized what the file stores, and llama.cpp has repacked parts of what it mapped.
 */
export const weightBytes = modelFact(
  {
    name: "weightBytes",
    unit: "bytes",
    better: "lower",
    display: { ...memory, heading: "Weights as held", noun: "memory of the weights" },
  },
  ({ engine }) => {
    const sizes = Object.values(engine?.buffers ?? {});
    if (sizes.length === 0) return { none: "this engine does not tell how it holds its weights" };
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  },
);
