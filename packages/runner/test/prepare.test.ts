import { beforeAll, describe, expect, it } from "vitest";
import { Bench, behaving, experimentOf, patience } from "./runs.ts";

describe("engines that need something made", { timeout: patience }, () => {
  const bench = new Bench();
  let result: Awaited<ReturnType<Bench["run"]>>;
  beforeAll(async () => {
    const arms = behaving("healthy", "unprepared", "prepared", "other-tokenizer");
    result = await bench.run(experimentOf(arms), ["--quick", "--blocks", "2"]);
  }, patience);

  it("get it before anything is measured, and what it is is said", () => {
    expect(result.stderr).toContain("prepared: making an abacus: about 2 MB");
    expect(bench.logged("prepared")).toEqual([bench.logged()[0]]);
  });

  it("fail with the reason where it cannot be made, and the others go on", () => {
    const reason = "the abacus was not delivered; order it again";
    expect(result.blocks("unprepared").map((block) => [block.status, block.reason])).toEqual([
      ["failed", reason],
      ["failed", reason],
    ]);
    expect(result.stderr).toContain(`unprepared fails: ${reason}`);
    expect(result.blocks("healthy").map(({ status }) => status)).toEqual(["measured", "measured"]);
    expect(result.exitCode).toBe(1);
  });

  it("are asked themselves for the CPU time of their process, and for what their allocator counts", () => {
    const [block] = result.blocks("prepared");
    expect(block?.sample?.cpu).toMatchObject({ userMs: 70, systemMs: 7, wallMs: expect.any(Number) });
    expect(block?.sample?.allocatorPeakBytes).toBe(4096);
    expect(result.blocks("healthy")[0]?.sample?.allocatorPeakBytes).toBeNull();
  });

  it("whose tokenizer reads the prompt otherwise are measured on everybody's ids, and it is said where", () => {
    const note =
      'its tokenizer differs at token 16 of the prompt: 78 "N" instead of 110 "n"; it ran on the ids that every arm got';
    for (const block of result.blocks("other-tokenizer")) {
      expect(block).toMatchObject({ status: "measured", reason: null, notes: [note] });
    }
    expect(result.stderr).toContain(note);
    expect(result.blocks("healthy")[0]?.notes).toBeUndefined();
  });
});
