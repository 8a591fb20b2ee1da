import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { MemorySampler } from "../src/memory/memory-sampler.ts";
import { openProcessProbe } from "../src/memory/process-probe.ts";
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
    const sampler = new MemorySampler(probe, pid);
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

  it("counts helpers, and only what is below the engine's process", async () => {
    const probe = (await openProcessProbe())!;
    const { pid, tell } = await start();
    const sampler = new MemorySampler(probe, pid);
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
    const sampler = new MemorySampler((await openProcessProbe())!, pid);
    sampler.mark("beforeRun");
    await tell("compute");
    sampler.mark("afterRun");
    expect(sampler.helpersCpuMs()).toBeGreaterThanOrEqual(490);
  });

  it("is none for an engine that is no process of the tree", async () => {
    const { pid } = await start();
    const sampler = new MemorySampler((await openProcessProbe())!, pid);
    for (const mark of ["beforeLoad", "afterLoad", "afterGenerate"] as const) sampler.mark(mark);
    expect(sampler.summary(1)).toBeNull();
  });
});
