// As answer-order.engine.test.ts has it, for the engine that is compiled first.
import { describe } from "vitest";
import { withTokenizer } from "../packages/core/src/index.ts";
import { engineByName, resolveModel } from "../packages/engines/src/index.ts";
import { testAnswerOrder } from "../packages/testing/src/index.ts";

const { signal } = new AbortController();

describe.each(["sprout:F16", "sprout:Q4_K_M"])("llama-cpp-python on %s", (reference) => {
  testAnswerOrder(async () => {
    const backend = engineByName("llama-cpp-python").backend({ threads: 2 });
    await backend.prepare?.();
    return withTokenizer(await backend.load(await resolveModel(reference), signal));
  });
});
