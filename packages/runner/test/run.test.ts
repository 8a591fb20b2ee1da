import path from "node:path";
import type { Arm } from "@quantlab/core";
import { generation } from "@quantlab/scenarios";
import { beforeAll, describe, expect, it } from "vitest";
import { arithmetic, Bench, behaving, experimentOf, patience } from "./runs.ts";

const q4: Arm = { ...arithmetic("healthy"), model: "sprout:Q4_K_M" } as Arm;
const workloads = [generation({ prompt: "inflation@1", newTokens: 8 })];
const protocol = { blocks: 2, order: "interleaved", seed: 42 } as const;
const healthy = experimentOf(
  { one: arithmetic("healthy"), two: arithmetic("healthy"), three: q4 },
  { workloads, protocol },
);

describe("a run", { timeout: patience }, () => {
  const bench = new Bench();
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    result = await bench.run(healthy, ["--quick"]);
  }, patience);

  it("measures every arm and block in a process of its own, all with the same prompt", () => {
    const { run, exitCode, blocks } = result;
    expect(exitCode).toBe(0);
    expect(run.blocks.map(({ status }) => status)).toEqual(Array(6).fill("measured"));
    // 6 blocks of 1 warm-up and 3 generations.
    const prompts = bench.logged("generate").map((line) => line.split(" ")[2]);
    expect(prompts).toHaveLength(24);
    expect(bench.pids("generate")).toHaveLength(6);
    expect(new Set(prompts).size).toBe(1);
    const ids = Array.from("<user>What is inflation?", (letter) => letter.charCodeAt(0));
    expect(prompts[0]).toBe(ids.join(","));
    for (const { workloads } of run.arms) {
      expect(workloads.generate).toMatchObject({
        prompt: "inflation@1",
        promptText: "<user>What is inflation?",
        promptTokens: ids.length,
      });
    }
    expect(blocks("one").map(({ index }) => index)).toEqual([0, 1]);
  });

  it("keeps traces, memory marks and guards of each block", () => {
    for (const { sample, memory, overheadMs, guards } of ["one", "two", "three"].flatMap(result.blocks)) {
      expect(sample?.warmups).toHaveLength(1);
      expect(sample?.generations).toHaveLength(3);
      for (const trace of sample?.generations ?? []) expect(trace.tokenAtMs).toHaveLength(8);
      expect(sample?.outputText).toMatch(/^[a-z]{8}$/);
      expect(sample?.loadMs).toBeGreaterThan(0);
      expect(Object.keys(memory?.marks ?? {})).toEqual(["beforeLoad", "afterLoad", "afterGenerate"]);
      expect(memory?.marks.beforeLoad).toBeGreaterThan(10e6);
      expect(memory?.peak).toBeGreaterThanOrEqual(memory?.marks.afterLoad ?? Number.NaN);
      expect(sample?.cpu?.wallMs).toBeGreaterThan(0);
      expect(overheadMs).toBeGreaterThan(0);
      expect(guards.calibrationMs.every((each) => each > 0)).toBe(true);
      expect(guards.copyBytesPerSecond).toBeGreaterThan(0);
      expect(guards.foreignCpuPercent).not.toBeNull();
      expect(guards.stoppedMs).toBe(0);
    }
  });

  it("flags the first block that reads a model file as cold, and no other", () => {
    const cold = result.run.blocks.filter(({ coldStart }) => coldStart);
    expect(cold.map(({ model }) => model?.ref.quantization).sort()).toEqual(["F16", "Q4_K_M"]);
    for (const block of cold) {
      const first = result.run.blocks.find(({ model }) => model?.sha256 === block.model?.sha256);
      expect(first).toBe(block);
    }
  });

  it("keeps paths of this machine out of the file", async () => {
    const own = new Bench();
    const argv = ["--quick", "--arms", "one", "--blocks", "1", "--model", path.join(own.root, "other.gguf")];
    const { run } = await own.run(healthy, argv);
    expect(JSON.stringify(run)).not.toContain(own.root);
    expect(run.blocks[0]?.model?.path).toBe("other.gguf");
    expect(run.arms[0]?.subject).toMatchObject({ model: "./other.gguf" });
    expect(own.runFiles()).toEqual([
      expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}-other\.gguf-[0-9a-f]{8}\.json$/),
    ]);
    expect(bench.runFiles()).toEqual([expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}-sprout\.json$/)]);
  });
});

describe("what the command line changes", { timeout: patience }, () => {
  it("is recorded and handed to the engine", async () => {
    const argv = ["--", "--threads", "3", "--context", "99", "--blocks", "1", "--warmups", "0"];
    const more = ["--generations", "2", "--new-tokens", "5", "--arms", "two,one", "--quick"];
    const { run, blocks } = await new Bench().run(healthy, [...argv, ...more, "--model", "./other.gguf"]);
    expect(run.full).toBe(false);
    expect(run.overrides).toEqual({
      threads: 3,
      context: 99,
      blocks: 1,
      warmups: 0,
      generations: 2,
      newTokens: 5,
      arms: ["two", "one"],
      quick: true,
      model: "./other.gguf",
    });
    expect(run.protocol).toMatchObject({ blocks: 1 });
    expect(run.model).toMatch(/^\.\/other\.gguf@[0-9a-f]{8}$/);
    expect(run.arms.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(run.arms[1]?.workloads.generate).toMatchObject({ warmups: 0, generations: 2, newTokens: 5 });
    const [block] = blocks("two");
    expect(block).toMatchObject({ engine: { threads: 3, contextSize: 99 }, sample: { warmups: [] } });
    expect(block?.sample?.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([5, 5]);
  });

  const thoughtless: Arm = { model: "sprout:F16", engine: { id: "thoughtless", options: {} } };

  it("goes to the arms that have such an option; which have not is said, and recorded with each arm", async () => {
    const experiment = experimentOf({ ...behaving("healthy"), thoughtless });
    const { run, blocks, stderr } = await new Bench().run(experiment, [
      "--threads",
      "3",
      "--context",
      "99",
      "--quick",
    ]);
    expect(stderr).toContain("--threads 3 changes nothing for thoughtless: thoughtless has no such option");
    expect(stderr).not.toContain("--context 99 changes nothing");
    expect(blocks("healthy")[0]).toMatchObject({ engine: { threads: 3, contextSize: 99 } });
    expect(blocks("thoughtless")[0]).toMatchObject({ engine: { threads: 1, contextSize: 99 } });
    expect(run.arms.map(({ name, subject }) => [name, subject])).toEqual([
      [
        "healthy",
        expect.objectContaining({ options: { behaviour: "healthy", threads: 3, contextSize: 99 } }),
      ],
      ["thoughtless", expect.objectContaining({ options: { contextSize: 99 } })],
    ]);
  });

  it("is refused where prompt and answer do not fit, before anything is timed", async () => {
    const bench = new Bench();
    const { exitCode, stderr } = await bench.start(healthy, ["--context", "20", "--new-tokens", "5"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /error: one: 24 tokens of prompt and 5 new ones do not fit a context of 20\nset --context, or contextSize in the experiment, to 29 or more$/,
    );
    expect(bench.logged("generate")).toEqual([]);
  });

  it("is refused where no arm has such an option", async () => {
    const { exitCode, stderr } = await new Bench().start(experimentOf({ thoughtless }), ["--threads", "3"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--threads 3: no arm takes it");
    expect(stderr).toContain("leave it out: thoughtless has no such option");
  });

  it("changes the digest, and nothing else does", async () => {
    const bench = new Bench();
    const argv = ["--quick", "--arms", "one", "--blocks", "1", "--generations", "1", "--new-tokens"];
    const [first, same] = [
      await bench.run(healthy, [...argv, "3"]),
      await bench.run(healthy, [...argv, "3"]),
    ];
    const other = await bench.run(healthy, [...argv, "4"]);
    expect(same.run.digest).toBe(first.run.digest);
    expect(other.run.digest).not.toBe(first.run.digest);
  });
});

describe("a prompt", { timeout: patience }, () => {
  it("is the same ids for all arms of one model, another model's own, and deeper where an arm says so", async () => {
    const other = (arm: Arm) => ({ ...arm, model: "./other.gguf" }) as Arm;
    const deep = { workloads: [{ scenario: "generate", workload: { depth: 40 } }] };
    const arms = {
      ...behaving("healthy", "other-tokenizer"),
      // Not the baseline's model: read by its own first arm.
      "other-model": other(arithmetic("other-tokenizer")),
      deep: { ...arithmetic("healthy"), ...deep } as Arm,
    };
    const { run } = await new Bench().run(experimentOf(arms), ["--quick"]);
    const [one, same, another, deeper] = run.arms.map(({ workloads }) => workloads.generate);
    expect(same).toEqual(one);
    expect(another).toMatchObject({ promptTokens: one?.promptTokens, promptText: one?.promptText });
    expect(another?.promptIdsSha256).not.toBe(one?.promptIdsSha256);
    expect(deeper).toMatchObject({ depth: 40, promptTokens: 40 });
    expect(deeper).not.toHaveProperty("promptText");
  });

  it("that is longer than the depth is refused before anything is measured", async () => {
    const bench = new Bench();
    const experiment = experimentOf(behaving("healthy"), {
      workloads: [generation({ prompt: "inflation@1", newTokens: 8, depth: 23 })],
    });
    const { exitCode, stderr } = await bench.start(experiment, ["--quick"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("error: healthy: the prompt has 24 tokens, and depth is 23");
    expect(bench.logged("generate")).toEqual([]);
  });
});
