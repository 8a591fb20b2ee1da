import { isAlive } from "@quantlab/testing";
import { describe, expect, it } from "vitest";
import { Bench, behaving, experimentOf, patience, until } from "./runs.ts";

describe("an interrupted run", { timeout: patience }, () => {
  it.each(["SIGINT", "SIGTERM"] as const)("leaves no process and no file after %s", async (signal) => {
    const bench = new Bench();
    const runner = bench.start(experimentOf(behaving("with-helper")), ["--quick"]);
    await bench.generating();
    runner.kill(signal);
    const { exitCode, stderr } = await runner;
    expect(exitCode).toBe(130);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("interrupted; last good results untouched");
    expect(bench.pids().length).toBeGreaterThan(1);
    expect(bench.pids().filter(isAlive)).toEqual([]);
    expect(bench.runFiles()).toEqual([]);
  });

  it("ends a process that is inside a native call or a loop", async () => {
    const bench = new Bench();
    const runner = bench.start(experimentOf(behaving("spins")), ["--quick"]);
    await bench.generating();
    runner.kill("SIGINT");
    expect((await runner).exitCode).toBe(130);
    expect(bench.pids().filter(isAlive)).toEqual([]);
  });

  it.each(["spins", "with-helper"] as const)(
    "leaves no orphan when the runner is killed (%s)",
    async (arm) => {
      const bench = new Bench();
      const runner = bench.start(experimentOf(behaving(arm)), ["--quick"]);
      await bench.generating();
      runner.kill("SIGKILL");
      await runner;
      await until(() => !bench.pids().some(isAlive));
      expect(bench.runFiles()).toEqual([]);
    },
  );
});
