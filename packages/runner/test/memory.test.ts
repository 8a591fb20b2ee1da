import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { linuxState } from "../src/memory/linux-probe.ts";
import { openProcessProbe, type ProcessState } from "../src/memory/process-probe.ts";
import { ProcessSampler } from "../src/memory/process-sampler.ts";
import { patience } from "./runs.ts";

const mebibyte = 2 ** 20;
const started: ReturnType<typeof fork>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** Starts a process that takes, frees and passes on memory when told. */
async function start() {
  const child = fork(path.join(import.meta.dirname, "fixtures/memory-process.ts"), {
    execArgv: ["--expose-gc"],
  });
  started.push(child);
  const tell = async (what: string) => {
    child.send(what);
    const [answer] = await once(child, "message");
    return answer as number;
  };
  await tell("ready");
  return { pid: child.pid!, tell };
}

describe("memory of a process tree", { timeout: patience }, () => {
  it("is read at each mark, and the peak between marks is seen", async () => {
    const probe = (await openProcessProbe())!;
    const { pid, tell } = await start();
    const sampler = new ProcessSampler(probe, pid);
    sampler.mark("beforeLoad");
    await tell("take");
    sampler.mark("afterLoad");
    await tell("take");
    // Several sampling intervals, so that the height of it is met.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await tell("free");
    sampler.mark("afterGenerate");
    const { marks, peak, samples } = sampler.summary(pid)!;
    const taken = (to: number) => (to - marks.beforeLoad!) / (100 * mebibyte);
    expect(taken(marks.afterLoad!)).toBeCloseTo(1, 0);
    expect(taken(peak)).toBeCloseTo(2, 0);
    expect(marks.afterGenerate).toBeLessThan(peak);
    expect(samples.length).toBeGreaterThan(3);
    const times = samples.map(([atMs]) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("has the system's own peak where a rise was over between two samples", async () => {
    const probe = (await openProcessProbe())!;
    const { pid, tell } = await start();
    const sampler = new ProcessSampler(probe, pid);
    sampler.mark("beforeLoad");
    const { bytes: before } = probe.look(pid)!;
    const done = tell("spike");
    // The sampler's timer waits as long as this loop does, so that it sees nothing of it.
    const isOver = ({ bytes, peakBytes }: ProcessState) =>
      peakBytes > before + 80 * mebibyte && bytes < before + 40 * mebibyte;
    const nap = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    for (let naps = 0; naps < 3000 && !isOver(probe.look(pid)!); naps++) nap();
    await done;
    sampler.mark("afterLoad");
    const { marks, peak, samples } = sampler.summary(pid)!;
    for (const [, bytes] of samples) expect(bytes).toBeLessThan(marks.beforeLoad! + 50 * mebibyte);
    expect((peak - marks.beforeLoad!) / (100 * mebibyte)).toBeCloseTo(1, 0);
  });

  it("has no peak of what was over before the first mark", async () => {
    const { pid, tell } = await start();
    await tell("spike");
    const sampler = new ProcessSampler((await openProcessProbe())!, pid);
    sampler.mark("beforeLoad");
    sampler.mark("afterLoad");
    const { marks, peak } = sampler.summary(pid)!;
    expect(peak).toBeLessThan(marks.beforeLoad! + 50 * mebibyte);
  });

  it("counts helpers, and only what is below the engine's process", async () => {
    const probe = (await openProcessProbe())!;
    const { pid, tell } = await start();
    const sampler = new ProcessSampler(probe, pid);
    sampler.mark("beforeLoad");
    const helper = await tell("helper");
    sampler.mark("afterLoad");
    sampler.mark("afterGenerate");
    const [all, own] = [sampler.summary(pid)!.marks, sampler.summary(helper)!.marks];
    expect(all.afterLoad! - all.beforeLoad!).toBeGreaterThan(10 * mebibyte);
    expect(own.afterLoad).toBeLessThan(all.afterLoad!);
    expect(own.afterLoad).toBeGreaterThan(10 * mebibyte);
  });

  it("is told with the CPU time of helpers, of those that have ended, too", async () => {
    const { pid, tell } = await start();
    const sampler = new ProcessSampler((await openProcessProbe())!, pid);
    sampler.mark("beforeRun");
    await tell("compute");
    sampler.mark("afterRun");
    expect(sampler.helpersCpuMs()).toBeGreaterThanOrEqual(490);
  });

  it("is none for an engine that is no process of the tree", async () => {
    const { pid } = await start();
    const sampler = new ProcessSampler((await openProcessProbe())!, pid);
    for (const mark of ["beforeLoad", "afterLoad", "afterGenerate"] as const) sampler.mark(mark);
    expect(sampler.summary(1)).toBeNull();
  });
});

describe("a process on Linux", () => {
  const stat = (state: string) =>
    `4711 (a (strange) name) ${state} 4700 4711 4711 0 -1 4194304 2000 0 0 0 150 30 40 5 20 0 3 0 9000 65536000 5000`;
  const times = { cpuMs: 1800, endedChildrenCpuMs: 450 };

  it.each([
    ["runs", "R", false],
    ["sleeps", "S", false],
    ["is stopped by a signal", "T", true],
    ["is stopped by a debugger", "t", true],
  ])("that %s is read from its status and stat", (_, state, stopped) => {
    const status = "Name:\ta\nVmPeak:\t  64000 kB\nVmHWM:\t  30000 kB\nVmRSS:\t  20000 kB\nThreads:\t3\n";
    const memory = { bytes: 20000 * 1024, peakBytes: 30000 * 1024 };
    expect(linuxState(status, stat(state))).toEqual({ ...memory, ...times, stopped });
  });

  it("that has ended and waits for its parent has no memory and keeps its times", () => {
    const status = "Name:\ta\nState:\tZ (zombie)\nThreads:\t1\n";
    expect(linuxState(status, stat("Z"))).toEqual({ bytes: 0, peakBytes: 0, ...times, stopped: false });
  });
});
