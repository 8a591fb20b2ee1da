import { beforeAll, describe, expect, it } from "vitest";
import { Bench, patience } from "./runs.ts";

describe("a run", { timeout: patience }, () => {
  const bench = new Bench();
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    result = await bench.run("healthy", ["--quick"]);
  }, patience);

  it("measures every arm and block in a process of its own, all with the same prompt", () => {
    const { run, exitCode, blocks } = result;
    expect(exitCode).toBe(0);
    expect(run.blocks.map(({ status }) => status)).toEqual(Array(6).fill("measured"));
    // 6 blocks of 1 warm-up and 3 generations.
    const lines = bench.logLines();
    expect(lines).toHaveLength(24);
    expect(bench.pids()).toHaveLength(6);
    expect(new Set(lines.map((line) => line.split(" ")[1])).size).toBe(1);
    expect(lines[0]?.split(" ")[1]?.split(",")).toHaveLength(run.prompt.tokens);
    expect(run.prompt).toMatchObject({ name: "inflation@1", text: "<user>What is inflation?" });
    expect(blocks("one").map(({ index }) => index)).toEqual([0, 1]);
  });

  it("keeps traces, memory marks and guards of each block", () => {
    for (const block of result.run.blocks) {
      expect(block.warmups).toHaveLength(1);
      expect(block.generations).toHaveLength(3);
      for (const trace of block.generations) expect(trace.tokenAtMs).toHaveLength(8);
      expect(block.outputText).toMatch(/^[a-z]{8}$/);
      expect(block.loadMs).toBeGreaterThan(0);
      expect(block.memory?.beforeLoad).toBeGreaterThan(10e6);
      expect(block.memory?.peak).toBeGreaterThanOrEqual(block.memory?.afterLoad ?? Number.NaN);
      expect(block.cpu?.wallMs).toBeGreaterThan(0);
      expect(block.overheadMs).toBeGreaterThan(0);
      expect(block.guards.calibrationMs.every((each) => each > 0)).toBe(true);
      expect(block.guards.copyBytesPerSecond).toBeGreaterThan(0);
      expect(block.guards.foreignCpuPercent).not.toBeNull();
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

  it("keeps paths of this machine out of the file", () => {
    expect(JSON.stringify(result.run)).not.toContain("/somewhere/private");
    expect(result.run.blocks[0]?.model?.path).toMatch(/^(F16|Q4_K_M)\.gguf$/);
    expect(bench.runFiles()).toEqual([expect.stringMatching(/^\d{8}T\d{6}Z-[0-9a-f]{8}-tiny\.json$/)]);
  });
});

describe("what the command line changes", { timeout: patience }, () => {
  it("is recorded and handed to the engine", async () => {
    const argv = ["--", "--threads", "3", "--context", "99", "--blocks", "1", "--warmups", "0"];
    const more = [
      "--generations",
      "2",
      "--new-tokens",
      "5",
      "--arms",
      "two,one",
      "--quick",
      "--model",
      "other",
    ];
    const { run, blocks } = await new Bench().run("healthy", [...argv, ...more]);
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
      model: "other",
    });
    expect(run.protocol).toMatchObject({ warmups: 0, blocks: 1, generations: 2, newTokens: 5 });
    expect(run.model).toBe("other");
    expect(run.arms.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(blocks("two")[0]).toMatchObject({ engine: { threads: 3, contextSize: 99 }, warmups: [] });
    expect(blocks("two")[0]?.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([5, 5]);
  });

  it("goes to the arms that have such an option; which have not is said, and recorded with each arm", async () => {
    const argv = [
      "--quick",
      "--arms",
      "healthy,thoughtless",
      "--threads",
      "3",
      "--context",
      "99",
      "--blocks",
      "1",
    ];
    const { run, blocks, stderr } = await new Bench().run("faulty", argv);
    expect(stderr).toContain("--threads 3 changes nothing for thoughtless: arithmetic has no such option");
    expect(stderr).not.toContain("--context 99 changes nothing");
    expect(blocks("healthy")[0]).toMatchObject({ engine: { threads: 3, contextSize: 99 } });
    expect(blocks("thoughtless")[0]).toMatchObject({ engine: { threads: 1, contextSize: 99 } });
    const options = run.arms.map((arm) => [arm.name, arm.options.threads, arm.options.contextSize]);
    expect(options).toEqual([
      ["healthy", 3, 99],
      ["thoughtless", undefined, 99],
    ]);
  });

  it("is refused where no arm has such an option", async () => {
    const argv = ["--arms", "thoughtless", "--threads", "3"];
    const { exitCode, stderr } = await new Bench().start("faulty", argv, { baseline: "thoughtless" });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--threads 3: no arm takes it");
    expect(stderr).toContain("leave it out: arithmetic has no such option");
  });

  it("changes the digest, and nothing else does", async () => {
    const bench = new Bench();
    const argv = ["--quick", "--arms", "one", "--blocks", "1", "--generations", "1", "--new-tokens"];
    const [first, same] = [
      await bench.run("healthy", [...argv, "3"]),
      await bench.run("healthy", [...argv, "3"]),
    ];
    const other = await bench.run("healthy", [...argv, "4"]);
    expect(same.run.digest).toBe(first.run.digest);
    expect(other.run.digest).not.toBe(first.run.digest);
  });
});

describe("observers", { timeout: patience }, () => {
  it("run once an arm and once each, and not where the session has no scores", async () => {
    const bench = new Bench();
    const { blocks, exitCode, run } = await bench.run("observed", ["--quick"]);
    expect(bench.logLines()).toEqual(["right true 24 40", "other true 24 40", "broken true 24 40"]);
    expect(run.protocol).toMatchObject({ chunks: 24, items: 40 });
    const [first, second] = blocks("scoring");
    expect(first?.answers?.map(({ task, taskSha256 }) => [task, taskSha256])).toEqual([
      ["sprout-tasks@1", "right"],
      ["sprout-tasks@1", "other"],
    ]);
    expect(second?.answers).toBeNull();
    expect(blocks("silent").every(({ answers }) => answers === null)).toBe(true);
    // The timing stands; what is missing is said, and the exit code tells.
    expect(first).toMatchObject({ status: "measured", reason: "not observed: broken: no such task" });
    expect(exitCode).toBe(1);
  });
});

describe("a reference", { timeout: patience }, () => {
  it("is opened in each other arm's process, and what it gives is not observed twice", async () => {
    const bench = new Bench();
    const { blocks } = await bench.run("referenced");
    expect(bench.logLines().sort()).toEqual(["wide from 2 against 7, true", "wide itself"]);
    expect(blocks("small")[0]).toMatchObject({ reason: null, scores: { reference: "large" } });
    expect(blocks("large")[0]).toMatchObject({ reason: null, scores: { reference: "large" } });
  });

  it("is there, too, when the command line leaves out its arm, and belongs to the digest", async () => {
    const bench = new Bench();
    const argv = ["--arms", "small", "--threads", "3"];
    const { run, blocks } = await bench.run("referenced", argv);
    expect(bench.logLines()).toEqual(["wide from 3 against 3, true"]);
    const other = await bench.run("referenced", argv, { env: { FIXTURE_REFERENCE: "lost" } });
    expect(other.run.digest).not.toBe(run.digest);
    expect(run.arms.map(({ name }) => name)).toEqual(["small"]);
    expect(blocks("small")[0]?.scores?.reference).toBe("large");
  });

  it("that cannot be had takes only what needs it", async () => {
    const bench = new Bench();
    const { blocks, exitCode } = await bench.run("referenced", [], { env: { FIXTURE_REFERENCE: "lost" } });
    expect(bench.logLines()).toEqual(["narrow"]);
    const [block] = blocks("small");
    expect(block).toMatchObject({ status: "measured", scores: { text: "t" } });
    expect(block?.scores).not.toHaveProperty("reference");
    expect(block?.reason).toMatch(
      /^not observed: wide: the reference large cannot be had: the large model is in the wash; wait/,
    );
    expect(exitCode).toBe(1);
  });
});
