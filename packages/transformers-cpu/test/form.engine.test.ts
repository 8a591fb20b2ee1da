import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { resolveModel } from "@quantlab/model-store";
import { expect, test, vi } from "vitest";
import { hfForm } from "../src/index.ts";

vi.setConfig({ testTimeout: 600_000 });

test("a file whose words are cut in a way that cannot be restored is refused, with the name of that way", async () => {
  const source = await resolveModel("sprout:Q8_0");
  const folder = await mkdtemp(path.join(tmpdir(), "quantlab-form-"));
  try {
    const recipe = await hfForm.recipe({
      ref: { ...source.ref, form: "hf", quantization: "float32" },
      source: () => Promise.resolve(source),
      calibration: null,
    });
    await expect(recipe.make(path.join(folder, "restored"), {})).rejects.toThrow(
      `${path.basename(source.path)} cuts words by the pre-tokenizer default, and only these can be restored: smollm`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
