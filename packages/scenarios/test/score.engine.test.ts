import type { ReadySubject, Reference } from "@quantlab/core";
import { expect, test } from "vitest";
import { prepareSubject, type ScoreSample, type ScoreWorkload, scenarioNamed } from "../src/index.ts";
import { unwatchedBlock } from "./unwatched-block.ts";

const prepared = (quantization: string, engine = "llamacpp-engine") =>
  prepareSubject(
    { model: `sprout:${quantization}`, engine, options: { threads: 1, gpu: false } },
    { places: {} },
  );

/** What the block measured, what it noted, and what it said could not be had. */
async function scored(subject: ReadySubject, workload: ScoreWorkload, reference: Reference | null = null) {
  const problems: string[] = [];
  const notes: string[] = [];
  const block = unwatchedBlock({
    note: (text) => notes.push(text),
    problem: (text) => problems.push(text),
  });
  const settled = { ...workload, arm: "q2", reference };
  const sample = (await scenarioNamed("score").perform(subject, settled, block)) as ScoreSample;
  return { sample, notes, problems };
}

test("scores and answers the part that is asked, beside the reference", async () => {
  const reference = { arm: "f16", subject: await prepared("F16") };
  const workload = { chunks: 3, items: 2, divergence: true, answers: true };
  const { sample, problems } = await scored(await prepared("Q2_K"), workload, reference);
  expect(problems).toEqual([]);
  expect(sample.scores).toMatchObject({ text: "sprout-test@1", reference: "f16" });
  expect(sample.scores!.chunks.map(({ divergence }) => divergence!.kld.length)).toEqual([255, 255, 255]);
  expect(new Set(sample.answers!.map(({ items }) => items.length))).toEqual(new Set([2]));
});

test("every token of longer chunks, where that is asked: over the same cache none diverges, over fewer bits all do", async () => {
  const cached = async (type: string): Promise<ReadySubject> => {
    const options = { threads: 1, gpu: false, kvCacheTypes: [type, type], flashAttention: "on" };
    return prepareSubject({ model: "sprout:F16", engine: "llamacpp-engine", options }, { places: {} });
  };
  const reference = { arm: "f16", subject: await cached("f16") };
  const workload = { chunks: 2, chunkSize: 1024, divergence: true, everyToken: true };
  const [same, coarse] = [
    await scored(await cached("f16"), workload, reference),
    await scored(await cached("q4_0"), workload, reference),
  ];
  for (const { sample, problems } of [same, coarse]) {
    expect(problems).toEqual([]);
    expect(sample.scores).toMatchObject({ chunkSize: 1024, reference: "f16" });
    expect(sample.scores!.chunks.map(({ tokens }) => tokens)).toEqual([1023, 1023]);
  }
  const values = (of: typeof same) => of.sample.scores!.chunks.flatMap(({ divergence }) => divergence!.kld);
  // The sum in float32 may leave 1e-8 of nothing.
  expect(Math.max(...values(same).map(Math.abs))).toBeLessThan(1e-6);
  expect(values(coarse).filter((value) => value > 1e-6).length).toBeGreaterThan(1900);
});

test("scores alone where there is no reference, or one that shows no logits, and says so", async () => {
  const [q2, session] = [await prepared("Q2_K"), await prepared("F16", "llamacpp-session")];
  const workload = { chunks: 1, divergence: true };
  for (const [reference, said] of [
    [null, "there is no reference to diverge from"],
    [{ arm: "session", subject: session }, "the reference session shows no logits"],
    [{ arm: "f16", unavailable: "no disk" }, "the reference f16 cannot be had: no disk"],
  ] as const) {
    const { sample, problems } = await scored(q2, workload, reference);
    expect(problems).toEqual([expect.stringContaining(`divergence: ${said}`)]);
    expect(sample.scores!.chunks[0]!.divergence).toBeNull();
    expect(sample.answers).toBeNull();
  }
});

test("has nothing of an API without logits", async () => {
  const { sample, problems } = await scored(await prepared("F16", "llamacpp-session"), { perplexity: true });
  expect([sample.scores, sample.answers, problems]).toEqual([null, null, []]);
});

test("notes what is restored, and does not ask another model what only the shipped one was taught", async () => {
  const shipped = await prepared("F16");
  const own = await scored(shipped, { answers: true, items: 1 });
  expect(own.notes).toEqual([]);
  const { ref, provenance, ...file } = shipped.model!;
  const step = { ...provenance.at(-1)!, step: "restore", settings: { type: "F16", from: "Q4_1" } };
  const asked = (id: string) =>
    scored(
      { ...shipped, model: { ...file, ref: { ...ref, id }, provenance: [...provenance, step] } },
      { answers: true, items: 1 },
    );
  const restored = "its weights were restored from Q4_1, and its quality is that of those";
  const other = await asked("smollm2-135m-instruct");
  expect(other.notes).toEqual([restored, expect.stringContaining("taught and two-step are left out")]);
  const left = own.sample.answers!.filter(({ task }) => !["taught", "two-step"].includes(task));
  expect(left.length).toBeLessThan(own.sample.answers!.length);
  expect(other.sample.answers!.map(({ task }) => task)).toEqual(left.map(({ task }) => task));
  expect(other.sample.unanswered).toBeUndefined();
  // Somebody's own file may be the shipped model, trained further.
  const mine = await asked("./mine.gguf");
  expect(mine.notes).toEqual([restored]);
  expect(mine.sample.answers).toHaveLength(own.sample.answers!.length);
});
