// A model that somebody else trained: every engine reads it alike, and Transformers computes it as llama.cpp does.
import { testParity } from "@quantlab/testing/engine-parity";
import { describe, test } from "vitest";
import { expectSameReadings, open, openReference } from "./published-model.ts";

describe("transformers", () => {
  const sides = testParity({ open: () => open("transformers", "float32"), openReference, chunks: 1 });

  test("200 readings of texts give the same tokens as llama.cpp", async () => {
    const { session, reference } = sides();
    await expectSameReadings(session, reference);
  });
});

// What it computes is held against llama.cpp among the peers, for it takes many minutes on a CPU.
test("mlx: 200 readings of texts give the same tokens as llama.cpp", async () => {
  await using session = await open("mlx", "mlx-float32");
  await using reference = await openReference();
  await expectSameReadings(session, reference);
});
