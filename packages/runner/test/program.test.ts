import { type PlannedArm, type Run, validate } from "@quantlab/core";
import type { CommandWorkload } from "@quantlab/scenarios";
import { isAlive } from "@quantlab/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { Bench, blocksOf, patience, planOf } from "./runs.ts";

const speed = { speed: { pattern: "speed (\\d+)" } };
const shell = (name: string, script: string, workload: Partial<CommandWorkload> = {}): PlannedArm => ({
  name,
  subject: { program: "{shell}", model: "sprout:F16" },
  workloads: { command: { arguments: ["-c", script, "{model}"], figures: speed, ...workload } },
});

describe("a peer's program", { timeout: patience }, () => {
  const bench = new Bench();
  let run: Run;
  const only = (arm: string) => blocksOf(run, arm, "command")[0];
  beforeAll(async () => {
    const arms: PlannedArm[] = [
      shell("healthy", 'sleep 0.2; echo "speed $(wc -c < "$0")"'),
      { ...shell("missing", ":"), subject: { program: "no-such-program" } },
      shell("hangs", `echo "$$ shell" >> ${bench.log}; sleep 300 & echo "$! helper" >> ${bench.log}; wait`),
      shell("other", "echo velocity 7"),
      shell("refuses", "echo 'Q9 is not supported'; exit 1", { refusal: "not supported" }),
      shell("fails", "echo 'out of luck' >&2; exit 1"),
    ];
    const plan = planOf(arms, { places: { shell: "sh" }, silenceMs: 10_000 });
    const { stdout, stderr } = await bench.program("run-plan", [JSON.stringify(plan)]);
    if (stdout === "") throw new Error(stderr);
    run = validate("run", JSON.parse(stdout), "stdout");
  }, patience);

  it("is measured with its model, its figures and the memory of its own process", () => {
    const block = only("healthy");
    expect(block).toMatchObject({ status: "measured", reason: null, engine: null });
    expect(block?.sample?.figures).toEqual({ speed: [block?.model?.bytes] });
    expect(block?.memory?.marks).toMatchObject({ started: expect.any(Number) });
    // A shell, not the lab's own process around it.
    expect(block?.memory?.peak).toBeLessThan(20e6);
  });

  it("keeps its places and the path of its model out of the run", () => {
    expect(run.arms[0]?.subject).toEqual({ program: "{shell}", model: "sprout:F16" });
    expect(JSON.stringify(run)).not.toContain(import.meta.dirname.split("/packages/")[0]);
  });

  it("that is missing is skipped with the reason", () => {
    const reason = "the program no-such-program is not there; install it, or name its path";
    expect(only("missing")).toMatchObject({ status: "skipped", reason });
  });

  it("that hangs is ended with all it started", () => {
    expect(only("hangs")).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("was silent for 10 s during perform and was ended"),
    });
    expect(bench.pids()).toHaveLength(2);
    expect(bench.pids().filter(isAlive)).toEqual([]);
  });

  it("whose words name a place that the plan has not is refused before anything is measured", async () => {
    const arms = [shell("healthy", "echo speed 7"), shell("placeless", ":", { arguments: ["{nowhere}"] })];
    const plan = planOf(arms, { places: { shell: "sh" } });
    const { stdout, stderr } = await bench.program("run-plan", [JSON.stringify(plan)]);
    expect(stdout).toBe("");
    expect(stderr).toContain('"{nowhere}" names {nowhere}, and the plan has no such place');
  });

  it("may refuse where that is an answer", () => {
    expect(only("refuses")).toMatchObject({ status: "measured", sample: { refused: true, figures: {} } });
  });

  it.each([
    ["other", "printed no figure speed: velocity 7; run it by hand and look"],
    ["fails", "out of luck"],
  ])("fails with the reason (%s)", (arm, reason) => {
    expect(only(arm)).toMatchObject({ status: "failed", reason: expect.stringContaining(reason) });
  });
});
