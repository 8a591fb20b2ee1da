// Weights that are no numbers end a generation in every engine, as they end scoring; for those that read GGUF see lab
// generate's own tests.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EngineError, type GenerateRequest, withTokenizer } from "../packages/core/src/index.ts";
import { engineByName, resolveModel } from "../packages/engines/src/index.ts";
import { spoil } from "./support/not-a-number.ts";

const { signal } = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-not-a-number-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ["transformers", "sprout:float32"],
  ["mlx", "sprout:mlx-float32"],
])("%s", (name, reference) => {
  test("says at which position its logits are no numbers", { timeout: 900_000 }, async () => {
    const backend = engineByName(name).backend();
    await backend.prepare?.();
    const model = await resolveModel(reference);
    const copy = path.join(folder, name);
    await cp(model.path, copy, { recursive: true });
    await spoil(path.join(copy, "model.safetensors"), "model.norm.weight");
    await using session = withTokenizer(await backend.load({ ...model, path: copy }, signal));
    const promptIds = Int32Array.of(5, 6, 7);
    const request = { promptIds, newTokens: 8, stopAtEndOfText: true };
    const samplings: GenerateRequest["sampling"][] = ["greedy", { temperature: 1, seed: 1 }];
    for (const sampling of samplings) {
      const generated = session.generate({ ...request, sampling }, signal);
      await expect(generated).rejects.toThrow(`${name}: gave no usable logits at position 2`);
      await expect(generated).rejects.toBeInstanceOf(EngineError);
    }
  });
});
