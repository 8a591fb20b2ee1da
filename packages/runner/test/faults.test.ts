import { beforeAll, describe, expect, it } from "vitest";
import { Bench, isAlive, patience } from "./runs.ts";

describe("an arm that breaks", { timeout: patience }, () => {
  const bench = new Bench();
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    const arms = "healthy,throws,killed,exits,short,no-number";
    result = await bench.run("faulty", ["--quick", "--arms", arms, "--blocks", "1"]);
  }, patience);

  it.each([
    ["throws", "the weights are upside down; turn them"],
    ["killed", "the block's process was ended by SIGKILL (by a person, or by the system for lack of memory)"],
    ["exits", "the block's process exited with code 3 and no result: division by zero"],
    ["short", "arithmetic: gave 7 tokens and 7 times, 8 were asked"],
    [
      "no-number",
      "the block's answer: is not a valid run: /blocks/0/generations/0/tokenAtMs/0 must be number",
    ],
  ])("fails with the reason (%s)", (arm, reason) => {
    const [block] = result.blocks(arm);
    expect(block).toMatchObject({ status: "failed", engine: null, generations: [] });
    expect(block?.reason).toContain(reason);
  });

  it("leaves the others measured, nothing running, and an exit code that tells", () => {
    expect(result.blocks("healthy")[0]?.status).toBe("measured");
    expect(bench.pids().filter(isAlive)).toEqual([]);
    expect(result.stderr).toContain("division by zero");
    expect(result.exitCode).toBe(1);
  });

  it("is not run a third time after two failures in a row", async () => {
    const argv = ["--arms", "healthy,exits", "--quick", "--blocks", "3", "--generations", "1"];
    const { blocks } = await new Bench().run("faulty", argv);
    expect(blocks("exits").map(({ status }) => status)).toEqual(["failed", "failed", "skipped"]);
    expect(blocks("exits")[2]?.reason).toBe("not run: it failed 2 times in a row");
    expect(blocks("healthy").map(({ status }) => status)).toEqual(["measured", "measured", "measured"]);
  });

  it("is cut to fewer blocks by its time budget, which is recorded and no failure", async () => {
    const argv = ["--arms", "healthy,slow", "--quick", "--blocks", "3", "--generations", "1"];
    const { run, blocks, exitCode } = await new Bench().run("faulty", [...argv, "--budget", "0.0001"]);
    for (const arm of ["healthy", "slow"]) {
      expect(blocks(arm).map(({ status }) => status)).toEqual(["measured", "skipped", "skipped"]);
      expect(blocks(arm)[2]?.reason).toBe(
        "cut to 1 of the planned blocks: one more would pass 0.0001 minutes",
      );
    }
    expect([exitCode, run.overrides.budget, run.full]).toEqual([0, 0.0001, false]);
  });

  it("is cut to fewer tokens where its first block alone would pass the budget, and a reader is told", async () => {
    const argv = ["--arms", "healthy,large", "--blocks", "2", "--generations", "2", "--warmups", "1"];
    const { blocks } = await new Bench().run("faulty", [...argv, "--budget", "0.0001"]);
    const [block, next] = blocks("large");
    expect(block).toMatchObject({
      status: "measured",
      notes: ["cut to 1 generation of 6 tokens a block by its time budget"],
      cutTo: { generations: 1, newTokens: 6, plannedTokens: 8 },
    });
    expect(block?.generations.map(({ tokenIds }) => tokenIds.length)).toEqual([6]);
    expect(block?.warmups.map(({ tokenIds }) => tokenIds.length)).toEqual([2]);
    expect(next?.status).toBe("skipped");
    expect(blocks("healthy")[0]).not.toHaveProperty("cutTo");
  });

  it("is ended when it falls silent, with everything it started", async () => {
    const own = new Bench();
    const argv = ["--arms", "healthy,with-helper", "--quick", "--blocks", "1", "--timeout", "0.2"];
    const { blocks } = await own.run("faulty", argv);
    expect(blocks("with-helper")[0]).toMatchObject({
      status: "failed",
      reason: "no progress for 12 s; its process was ended; allow more with --timeout <minutes>",
    });
    expect(blocks("healthy")[0]?.status).toBe("measured");
    expect(own.logLines().some((line) => line.endsWith("helper"))).toBe(true);
    expect(own.pids().filter(isAlive)).toEqual([]);
  });

  it("leaves nothing written when it was the only one", async () => {
    const own = new Bench();
    const { exitCode, stderr } = await own.start("faulty", ["--arms", "killed", "--quick"], {
      baseline: "killed",
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error: no block was measured; killed: .*SIGKILL/);
    expect(own.runFiles()).toEqual([]);
  });
});

describe("an arm whose model cannot be read", { timeout: patience }, () => {
  it("has failed, and the others go on", async () => {
    const { blocks, exitCode } = await new Bench().run("faulty", ["--arms", "healthy,lost", "--blocks", "1"]);
    const reason = "tiny.gguf: is empty; get it again";
    expect(blocks("lost")[0]).toMatchObject({ status: "failed", reason });
    expect(blocks("healthy")[0]?.status).toBe("measured");
    expect(exitCode).toBe(1);
  });

  it("is the error of a run that has no other", async () => {
    const { stderr, exitCode } = await new Bench().start("faulty", ["--arms", "lost"], { baseline: "lost" });
    expect(stderr).toContain("tiny.gguf: is empty");
    expect(exitCode).toBe(1);
  });
});

describe("an arm that cannot run here", { timeout: patience }, () => {
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    const argv = ["--arms", "unavailable,healthy,huge,formless", "--quick", "--blocks", "1"];
    result = await new Bench().run("faulty", argv, { baseline: "unavailable" });
  }, patience);

  it("is skipped with reason and remedy, without a failure", () => {
    const reason = "arithmetic is not installed; learn it";
    expect(result.blocks("unavailable")[0]).toMatchObject({ status: "skipped", reason, model: null });
    expect(result.stderr).toContain(`unavailable is skipped: ${reason}`);
    expect(result.exitCode).toBe(0);
  });

  it("is skipped where its model does not fit into memory", () => {
    expect(result.blocks("huge")[0]?.status).toBe("skipped");
    expect(result.blocks("huge")[0]?.reason).toMatch(
      /^the model's file needs about 1048576.00 GiB of memory, .* take a smaller quantization$/,
    );
  });

  it("is skipped where its model cannot be had in its form", () => {
    const reason = "tiny has no such form; take another";
    expect(result.blocks("formless")[0]).toMatchObject({ status: "skipped", reason, model: null });
  });

  it("leaves the prompt to another arm when it is the baseline", () => {
    expect(result.run.prompt.tokens).toBeGreaterThan(0);
    expect(result.blocks("healthy")[0]?.status).toBe("measured");
  });
});
