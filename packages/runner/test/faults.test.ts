import { isAlive } from "@quantlab/testing";
import { beforeAll, describe, expect, it } from "vitest";
import type { Behaviour } from "./fixtures/arithmetic-engine.ts";
import { arithmetic, Bench, behaving, experimentOf, patience } from "./runs.ts";

const faults: readonly (readonly [Behaviour, string])[] = [
  ["throws", "the weights are upside down; turn them"],
  ["dies-at-start", "the block's process exited with code 3: division by zero"],
  ["dies-in-load", "the block's process exited with code 3: division by zero"],
  ["dies-after-load", "the block's process exited with code 3: division by zero"],
  ["dies-in-generation", "the block's process exited with code 3: division by zero"],
  ["dies-at-end", "the block's process exited with code 3: division by zero"],
  ["killed", "the block's process was ended by SIGKILL (by a person, or by the system for lack of memory)"],
  ["no-tokenizer", "arithmetic: has no tokenizer; take an engine that holds the model itself"],
  ["short", "arithmetic: gave 7 tokens and 7 times, 8 were asked"],
  [
    "no-number",
    "the block's answer: is not a valid generate/sample: /generations/0/tokenAtMs/0 must be number",
  ],
];

describe("an arm that breaks", { timeout: patience }, () => {
  const bench = new Bench();
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    const arms = behaving("healthy", ...faults.map(([behaviour]) => behaviour));
    result = await bench.run(experimentOf(arms), ["--quick"]);
  }, patience);

  it.each(faults)("fails with the reason (%s)", (arm, reason) => {
    const [block] = result.blocks(arm);
    expect(block).toMatchObject({ status: "failed", engine: null, sample: null });
    expect(block?.reason).toContain(reason);
  });

  it("leaves the others measured, nothing running, and an exit code that tells", () => {
    expect(result.blocks("healthy")[0]?.status).toBe("measured");
    expect(bench.pids("load").length).toBeGreaterThan(faults.length - 1);
    expect(bench.pids().filter(isAlive)).toEqual([]);
    expect(result.stderr).toContain("division by zero");
    expect(result.exitCode).toBe(1);
  });

  it("is not run a third time after two failures in a row", async () => {
    const arms = behaving("healthy", "dies-in-load");
    const { blocks } = await new Bench().run(experimentOf(arms), ["--quick", "--blocks", "3"]);
    expect(blocks("dies-in-load").map(({ status }) => status)).toEqual(["failed", "failed", "skipped"]);
    expect(blocks("dies-in-load")[2]?.reason).toBe("not run: it failed 2 times in a row");
    expect(blocks("healthy").map(({ status }) => status)).toEqual(["measured", "measured", "measured"]);
  });

  it("is cut to fewer blocks by its time budget, which is recorded and no failure", async () => {
    const experiment = experimentOf(behaving("healthy", "slow"));
    const argv = ["--quick", "--blocks", "3", "--budget", "0.0001"];
    const { run, blocks, exitCode } = await new Bench().run(experiment, argv);
    for (const arm of ["healthy", "slow"]) {
      expect(blocks(arm).map(({ status }) => status)).toEqual(["measured", "skipped", "skipped"]);
      expect(blocks(arm)[2]?.reason).toBe(
        "cut to 1 of the planned blocks: one more would pass 0.0001 minutes",
      );
    }
    expect([exitCode, run.overrides.budget, run.full]).toEqual([0, 0.0001, false]);
  });

  it("is ended when it falls silent, with everything it started", async () => {
    const own = new Bench();
    const arms = behaving("healthy", "with-helper");
    const { blocks } = await own.run(experimentOf(arms), ["--quick", "--timeout", "0.2"]);
    expect(blocks("with-helper")[0]).toMatchObject({
      status: "failed",
      reason:
        "the block's process was silent for 12 s during perform and was ended; allow more with --timeout <minutes>",
    });
    expect(blocks("healthy")[0]?.status).toBe("measured");
    expect(own.logged("helper")).toHaveLength(1);
    expect(own.pids().filter(isAlive)).toEqual([]);
  });

  it("leaves nothing written when it was the only one", async () => {
    const own = new Bench();
    const { exitCode, stderr } = await own.start(experimentOf(behaving("killed")), ["--quick"]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error: no block was measured; killed: .*SIGKILL/);
    expect(own.runFiles()).toEqual([]);
  });
});

const lost = { ...arithmetic("healthy"), model: "./empty.gguf" };

describe("an arm whose model cannot be read", { timeout: patience }, () => {
  it("has failed, and the others go on", async () => {
    const experiment = experimentOf({ ...behaving("healthy"), lost });
    const { blocks, exitCode } = await new Bench().run(experiment, ["--quick"]);
    expect(blocks("lost")[0]?.status).toBe("failed");
    expect(blocks("lost")[0]?.reason).toMatch(/empty\.gguf: is empty; /);
    expect(blocks("healthy")[0]?.status).toBe("measured");
    expect(exitCode).toBe(1);
  });

  it("is the error of a run that has no other", async () => {
    const { stderr, exitCode } = await new Bench().start(experimentOf({ lost }));
    expect(stderr).toContain("empty.gguf: is empty");
    expect(exitCode).toBe(1);
  });
});

describe("an arm that cannot run here", { timeout: patience }, () => {
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    const formless = { ...arithmetic("healthy"), model: "./other.gguf:bfloat16" };
    const experiment = experimentOf({ ...behaving("unavailable", "healthy"), formless });
    result = await new Bench().run(experiment, ["--quick"]);
  }, patience);

  it("is skipped with reason and remedy, without a failure", () => {
    const reason = "arithmetic is not installed; learn it";
    expect(result.blocks("unavailable")[0]).toMatchObject({ status: "skipped", reason, model: null });
    expect(result.stderr).toContain(`unavailable is skipped: ${reason}`);
    expect(result.exitCode).toBe(0);
  });

  it("is skipped where its model cannot be had in its form", () => {
    const reason =
      "./other.gguf is a GGUF file, and bfloat16 needs a Hugging Face folder; give the folder of the model's safetensors";
    expect(result.blocks("formless")[0]).toMatchObject({ status: "skipped", reason, model: null });
  });

  it("leaves the prompt to another arm when it is the baseline", () => {
    const [block] = result.blocks("healthy");
    expect(block?.status).toBe("measured");
    expect(block?.sample?.generations[0]?.promptTokens).toBe(24);
  });
});
