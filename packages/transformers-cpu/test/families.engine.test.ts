import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ModelFile } from "@quantlab/core";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { afterAll, beforeAll, expect, test } from "vitest";
import { transformersCpu, transformersEngine } from "../src/index.ts";

const never = new AbortController().signal;
let folder: string;
let told: { prompt: number[]; expected: Record<string, number[]> };
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-families-"));
  const python = await pythonEnvironment(transformersEngine).ensure();
  const program = path.join(import.meta.dirname, "fixtures/families.py");
  const stdio = ["ignore", "pipe", "ignore"] as const;
  told = JSON.parse(execFileSync(python, [program, folder], { encoding: "utf8", stdio: [...stdio] }).trim());
}, 900_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = (name: string): ModelFile => ({
  ref: { id: "./family", form: "hf", quantization: "float32" },
  path: path.join(folder, name),
  sha256: "",
  bytes: 0,
  parameters: 0,
  bitsPerWeight: 0,
  synthetic: true,
  provenance: [],
});

test.each(["learned positions", "alibi", "sliding window", "state"])(
  "a model with %s goes on as Transformers' own generate does, and scores what it chose",
  async (name) => {
    await using session = await transformersCpu({ threads: 1 }).load(file(name), never);
    const expected = told.expected[name]!;
    const promptIds = Int32Array.from(told.prompt);
    const request = {
      promptIds,
      newTokens: expected.length,
      sampling: "greedy",
      stopAtEndOfText: false,
    } as const;
    expect((await session.generate(request, never)).tokenIds).toEqual(expected);
    const ids = Int32Array.of(...told.prompt, ...expected.slice(0, -1));
    const best: number[] = [];
    for await (const { logits, vocabulary } of session.score!({ ids, from: told.prompt.length - 1 }, never)) {
      for (let at = 0; at < logits.length; at += vocabulary) {
        const row = logits.subarray(at, at + vocabulary);
        best.push(row.indexOf(row.reduce((a, b) => Math.max(a, b))));
      }
    }
    expect(best).toEqual(expected);
    await expect(session.tokenize("a", { bos: true, special: true })).rejects.toThrow(
      "the model's folder has no tokenizer",
    );
  },
);
