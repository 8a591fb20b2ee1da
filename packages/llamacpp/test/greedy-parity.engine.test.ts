import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { ModelFile } from "@quantlab/core";
import { quantizeInOwnProcess } from "@quantlab/llama-capi";
import { firstDifference, questions } from "@quantlab/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Ask, Reply } from "./session-and-engine-program.ts";
import { sprout, sproutF16 } from "./session-sprout.ts";

const newTokens = 80;

/** A process for each backend, as the runner has it: both in one would share the library's global log and back end. */
async function ask(request: Ask): Promise<Reply> {
  const program = path.join(import.meta.dirname, "session-and-engine-program.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(request)], {
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout) as Reply;
}

describe.each(["F16", "Q4_K_M"] as const)("greedy answers of engine and session, %s", (quantization) => {
  let folder: string;
  let engine: Reply;
  let session: Reply;
  let model: ModelFile;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "quantlab-parity-"));
    model = sproutF16;
    if (quantization !== "F16") {
      model = sprout(path.join(folder, "model.gguf"), quantization);
      await quantizeInOwnProcess({ input: sproutF16.path, output: model.path, type: quantization });
    }
    engine = await ask({ backend: "engine", model, questions, newTokens });
    session = await ask({ backend: "session", model, questions, newTokens });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("both write and read the prompts alike", () => {
    expect(session.prompts).toEqual(engine.prompts);
  });

  test(`${questions.length} answers of ${newTokens} tokens agree, or part where two logits are within 0.001`, async () => {
    const parted = questions.flatMap((question, index) => {
      const [ours, theirs] = [engine.answers[index]!.ids, session.answers[index]!.ids];
      expect([ours.length, theirs.length]).toEqual([newTokens, newTokens]);
      const at = firstDifference(ours, theirs);
      return at < 0 ? [] : [{ question, at, ids: [...engine.prompts[index]!.ids, ...ours.slice(0, at)] }];
    });
    const score = parted.map(({ ids }) => ids);
    const { gaps } = await ask({ backend: "engine", model, questions: [], newTokens, score });
    const wide = parted
      .map(({ question, at }, index) => ({ question, at, gap: gaps[index]! }))
      .filter(({ gap }) => !(gap < 1e-3));
    expect(wide, "answers that part at a token, with the gap between the two best logits there").toEqual([]);
    expect(gaps).toHaveLength(parted.length);
  });

  test("equal tokens read as equal texts", () => {
    const equal = questions.flatMap((_, index) => {
      const [ours, theirs] = [engine.answers[index]!, session.answers[index]!];
      return firstDifference(ours.ids, theirs.ids) < 0 ? [[ours.text, theirs.text]] : [];
    });
    for (const [ours, theirs] of equal) expect(theirs).toBe(ours);
  });
});
