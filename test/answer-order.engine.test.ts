// The likelihood of a choice belongs to the prompt and the choice: it must not depend on the order of computing.
import { describe } from "vitest";
import { type Json, withTokenizer } from "../packages/core/src/index.ts";
import { engineByName, resolveModel } from "../packages/engines/src/index.ts";
import { testAnswerOrder } from "../packages/testing/src/index.ts";

const { signal } = new AbortController();

describe.each<[engine: string, model: string, options: Record<string, Json>]>([
  ["engine", "sprout:F16", { threads: 1, gpu: false }],
  ["engine", "sprout:Q4_K_M", { threads: 2, gpu: false }],
  // Without flash attention, and with fewer rows at once than a choice has.
  ["engine", "sprout:Q4_K_M", { threads: 1, gpu: false, flashAttention: "off", logitsBytes: 4 * 2048 * 4 }],
  ["transformers", "sprout:float32", { threads: 1 }],
  ["transformers", "sprout:bnb-nf4", { threads: 1 }],
  ["mlx", "sprout:mlx-float32", {}],
  ["mlx", "sprout:mlx-4bit-g64", {}],
])("%s on %s with %j", (name, reference, options) => {
  const open = async () => {
    const backend = engineByName(name).backend(options);
    await backend.probe();
    await backend.prepare?.();
    return withTokenizer(await backend.load(await resolveModel(reference), signal));
  };
  // Engines in Python run the prompt for each choice anew.
  testAnswerOrder(open, { few: name !== "engine" });
});
