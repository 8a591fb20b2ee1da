import { describe, expect, it } from "vitest";
import { Bench, isAlive, patience, until } from "./runs.ts";

describe("an interrupted run", { timeout: patience }, () => {
  it.each(["SIGINT", "SIGTERM"] as const)("leaves no process and no file after %s", async (signal) => {
    const bench = new Bench();
    const runner = bench.start("faulty", ["--arms", "with-helper", "--quick"], { baseline: "with-helper" });
    await until(() => bench.logLines().some((line) => line.includes(",")));
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
    const runner = bench.start("faulty", ["--arms", "spins", "--quick"], { baseline: "spins" });
    await until(() => bench.pids().length > 0);
    runner.kill("SIGINT");
    expect((await runner).exitCode).toBe(130);
    expect(bench.pids().filter(isAlive)).toEqual([]);
  });

  it.each(["spins", "with-helper"])("leaves no orphan when the runner itself is killed (%s)", async (arm) => {
    const bench = new Bench();
    const runner = bench.start("faulty", ["--arms", arm, "--quick"], { baseline: arm });
    await until(() => bench.logLines().some((line) => line.includes(",")));
    runner.kill("SIGKILL");
    await runner;
    await until(() => !bench.pids().some(isAlive));
    expect(bench.runFiles()).toEqual([]);
  });
});
