import { llamacppEngine } from "@quantlab/llamacpp";
import { createStore, model, resolveModel } from "@quantlab/model-store";
import { allLogits, logitError } from "@quantlab/testing";
import { testParity } from "@quantlab/testing/engine-parity";
import { expect, test } from "vitest";
import { mlx, mlxForm } from "../src/index.ts";

const store = createStore({ forms: [mlxForm] });
const never = new AbortController().signal;

const sides = testParity({
  async open() {
    await mlx().prepare!();
    return mlx().load(await resolveModel("sprout:mlx-float32", { store }), never);
  },
  // Float32 against float32: the weights of the file, and what the cache holds.
  async openReference() {
    const engine = llamacppEngine({ threads: 2, gpu: false, kvCacheTypes: ["f32", "f32"] });
    return engine.load(await model("sprout", "F32").resolve(), never);
  },
  // MLX scores sixty tokens a second on a CPU.
  chunks: 8,
});

// Bounds are a few times what was measured: 0.0034, 0.030, 0.028 and 0.48.
test.each([
  ["mlx-float16", 0.01],
  ["mlx-bfloat16", 0.1],
  ["mlx-8bit-g64-float32", 0.1],
  ["mlx-4bit-g64-float32", 1.5],
])("the logits of %s are those of float32 but for its rounding", async (name, bound) => {
  const { reference, referenceAnswers } = sides();
  await using session = await mlx().load(await resolveModel(`sprout:${name}`, { store }), never);
  const ids = Int32Array.of(...referenceAnswers[0]!.promptIds, ...referenceAnswers[0]!.ids);
  const { rms } = logitError(await allLogits(session, ids), await allLogits(reference, ids));
  expect(rms).toBeGreaterThan(0);
  expect(rms).toBeLessThan(bound);
});
