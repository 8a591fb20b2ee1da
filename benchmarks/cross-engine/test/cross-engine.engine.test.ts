import { llamacppEngine } from "@quantlab/llamacpp";
import { model } from "@quantlab/model-store";
import { questions } from "@quantlab/testing";
import { beforeAll, expect, test } from "vitest";
import { type Arm, reference } from "../src/arms.ts";
import { compare, question } from "../src/compare.ts";
import { measure } from "../src/measure.ts";
import type { ArmResult } from "../src/result.ts";

const newTokens = 16;
const backend = llamacppEngine({ threads: 1, gpu: false, kvCacheTypes: ["f32", "f32"] });
const unavailable = { available: false, reason: "no such machine", remedy: "get one" } as const;
const arms: Arm[] = [
  { ...reference, name: "same", title: "the reference again" },
  { name: "rounded", title: "Q2_K", backend, model: (id) => model(id, "Q2_K") },
  { ...reference, name: "absent", title: "absent", backend: { ...backend, probe: async () => unavailable } },
];

let measured: Awaited<ReturnType<typeof measure>>;
const said: string[] = [];
beforeAll(async () => {
  const signal = new AbortController().signal;
  const say = (line: string) => void said.push(line);
  measured = await measure({ model: "sprout", newTokens, chunks: 2, arms, signal, say });
});

const compared = (name: string) => {
  const arm = measured.arms.find((each) => each.name === name)!;
  return arm as Extract<ArmResult, { status: "compared" }>;
};

test("an engine agrees with itself on every token, logit and text", () => {
  expect(compared("same")).toMatchObject({
    status: "compared",
    tokensAgreed: questions.length * newTokens,
    tokens: questions.length * newTokens,
    partings: [],
    logitError: { largest: 0, mean: 0, places: questions.length * newTokens },
    perplexity: measured.reference.perplexity,
    perplexityRatio: 1,
  });
});

test("coarser weights part somewhere, which is told with the gap, and every figure is off", () => {
  const { tokensAgreed, partings, logitError, perplexity, perplexityRatio } = compared("rounded");
  expect(partings.length).toBeGreaterThan(0);
  const alike = questions.length - partings.length;
  expect(tokensAgreed).toBe(alike * newTokens + partings.reduce((sum, { at }) => sum + at, 0));
  // The places up to a parting, the differing token's among them.
  expect(logitError.places).toBe(tokensAgreed + partings.length);
  for (const { gap } of partings) expect(gap).toBeGreaterThan(0);
  expect(logitError.mean).toBeGreaterThan(0.01);
  expect(logitError.largest).toBeGreaterThan(logitError.mean);
  expect(perplexityRatio).toBeGreaterThan(1);
  expect(perplexity / measured.reference.perplexity).toBe(perplexityRatio);
});

test("an engine that the machine cannot run is skipped with the reason", () => {
  const reason = "no such machine";
  expect(measured.arms.at(-1)).toEqual({ name: "absent", title: "absent", status: "skipped", reason });
  expect(said.at(-1)).toBe(`absent is skipped: ${reason}`);
});

test("an engine that reads a prompt in other tokens is not compared", async () => {
  const { signal } = new AbortController();
  await using session = await reference.backend.load(await reference.model("sprout").resolve(), signal);
  const subject = await question(session, { newTokens: 2, chunks: 2 }, signal);
  const answers = subject.answers.map((each) => ({ ...each, promptIds: each.promptIds.slice(1) }));
  await expect(compare(subject, { ...subject, answers }, signal)).rejects.toThrow(
    'reads "What is inflation?" in other tokens than llama.cpp',
  );
});

test("what really ran is kept with the figures", () => {
  expect(measured.asked).toEqual({ questions: 20, newTokens, chunks: 2 });
  expect(measured.reference.engine.kvCacheTypes).toEqual(["f32", "f32"]);
  expect(compared("same").engine).toEqual(measured.reference.engine);
  expect(compared("rounded").engine.modelSha256).not.toBe(measured.reference.engine.modelSha256);
});
