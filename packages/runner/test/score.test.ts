import type { Experiment } from "@quantlab/core";
import { scoring } from "@quantlab/scenarios";
import { beforeAll, describe, expect, it } from "vitest";
import { arithmetic, Bench, behaving, experimentOf, patience } from "./runs.ts";

const scored = (workload: Parameters<typeof scoring>[0]): Partial<Experiment> => ({
  workloads: [...experimentOf(behaving("healthy")).workloads, scoring(workload)],
});

describe("quality", { timeout: patience }, () => {
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    const arms = behaving("healthy", "no-logits", "blind");
    const workload = { perplexity: true, answers: true, chunks: 24, items: 3 };
    result = await new Bench().run(experimentOf(arms, scored(workload)), ["--quick", "--blocks", "2"]);
  }, patience);

  it("is measured once an arm, when everything else has been timed", () => {
    const order = result.run.blocks.map(({ scenario }) => scenario);
    expect(order).toEqual([...Array(6).fill("generate"), ...Array(3).fill("score")]);
    const [block] = result.scored("healthy");
    expect(block).toMatchObject({ status: "measured", reason: null });
    expect(block?.sample?.scores).toMatchObject({ text: "sprout-test@1", chunkSize: 512 });
    // Every letter is as likely as any other of 256.
    for (const { tokens, negativeLogLikelihood } of block?.sample?.scores?.chunks ?? [])
      expect(negativeLogLikelihood / tokens).toBeCloseTo(Math.log(256), 5);
    const answers = block?.sample?.answers?.map(({ task, items }) => [task, items.length]);
    expect(answers).toContainEqual(["addition", 3]);
  });

  it("is of less text in a first look, and the run says of how much", () => {
    expect(result.run.arms[0]?.workloads.score).toMatchObject({ chunks: 8, items: 3 });
    expect(result.scored("healthy")[0]?.sample?.scores?.chunks).toHaveLength(8);
  });

  it("is not of a session without logits", () => {
    const [block] = result.scored("no-logits");
    expect(block).toMatchObject({
      status: "measured",
      reason: null,
      sample: { scores: null, answers: null },
    });
  });

  it("that cannot be had is told with the reason, takes nothing else along, and the exit code tells", () => {
    const [block] = result.scored("blind");
    const reason =
      "not measured: perplexity: arithmetic: gave no usable logits at position 256 of chunk 1 (get the model again: its weights are damaged)";
    expect(block).toMatchObject({ status: "measured", reason, sample: { scores: null } });
    expect(block?.sample?.answers?.length).toBeGreaterThan(0);
    expect(result.blocks("blind")[0]).toMatchObject({ status: "measured", reason: null });
    expect(result.stderr).toContain(reason);
    expect(result.exitCode).toBe(1);
  });
});

describe("answers", { timeout: patience }, () => {
  it("that cannot be asked or break off are told, and those that were given stand", async () => {
    const arms = behaving("healthy", "no-template", "tires");
    const workload = { perplexity: false, answers: true, items: 3 };
    const result = await new Bench().run(experimentOf(arms, scored(workload)), ["--quick"]);
    const given = (arm: string) => result.scored(arm)[0]?.sample?.answers?.map(({ task }) => task);
    const [healthy, template, tired] = Object.keys(arms).map((arm) => result.scored(arm)[0]);
    expect(healthy?.sample).not.toHaveProperty("unanswered");
    expect(given("no-template")).toEqual(given("healthy")!.filter((task) => task !== "taught"));
    expect(template?.reason).toMatch(
      /^not measured: answers to taught: models\/sprout\/tasks\/taught\.jsonl: "taught-001" is asked in chat, and arithmetic: the abacus has no chat template \(choose an instruct model, or leave this task out\)$/,
    );
    expect(template?.sample).not.toHaveProperty("unanswered");
    // Four choices of three questions, and then four more.
    expect(given("tires")).toEqual(["addition"]);
    expect(tired?.reason).toBe("not measured: answers to recall: arithmetic: is tired");
    expect(tired?.sample?.unanswered).toEqual(["recall", "subtraction", "tracking", "two-step"]);
    expect(result.exitCode).toBe(1);
  });
});

describe("a reference", { timeout: patience }, () => {
  const small = arithmetic("healthy", { threads: 2 });
  const large = arithmetic("slow", { threads: 7 });
  const referenced = (model: string) =>
    experimentOf(
      { small, large: { ...large, model } },
      { reference: "large", workloads: scored({ divergence: true, chunks: 1 }).workloads!.slice(1) },
    );

  it("is opened in each other arm's process with its own environment, and not compared with itself", async () => {
    const bench = new Bench();
    const { scored, exitCode } = await bench.run(referenced("sprout:F16"), ["--quick"]);
    const [first, second] = bench.pids("load");
    expect(bench.logged("load")).toEqual([`${first} load 2`, `${first} load 7`, `${second} load 7`]);
    for (const arm of ["small", "large"]) {
      const [block] = scored(arm);
      expect(block).toMatchObject({ reason: null, sample: { scores: { reference: "large" } } });
      const divergence = block?.sample?.scores?.chunks[0]?.divergence;
      expect(divergence).toEqual({ kld: Array(255).fill(0), sameTop: 255, squaredDeltaP: 0 });
    }
    expect(exitCode).toBe(0);
  });

  it("is there, too, when the command line leaves out its arm, and belongs to the digest", async () => {
    const bench = new Bench();
    const argv = ["--arms", "small", "--threads", "3", "--quick"];
    const { run, scored } = await bench.run(referenced("sprout:F16"), argv);
    const [pid] = bench.pids("load");
    expect(bench.logged("load")).toEqual([`${pid} load 3`, `${pid} load 3`]);
    expect(run.arms.map(({ name }) => name)).toEqual(["small"]);
    expect(scored("small")[0]?.sample?.scores?.reference).toBe("large");
    const other = await bench.run(referenced("./empty.gguf"), argv);
    expect(other.run.digest).not.toBe(run.digest);
  });

  it("that cannot be had takes only what needs it", async () => {
    const { scored, exitCode } = await new Bench().run(referenced("./empty.gguf"), ["--quick"]);
    const [block] = scored("small");
    expect(block).toMatchObject({ status: "measured", sample: { scores: { text: "sprout-test@1" } } });
    expect(block?.sample?.scores).not.toHaveProperty("reference");
    expect(block?.reason).toMatch(
      /^not measured: divergence: the reference large cannot be had: .*empty\.gguf: is empty/,
    );
    expect(scored("large")[0]?.status).toBe("failed");
    expect(exitCode).toBe(1);
  });
});
