import { setTimeout as sleep } from "node:timers/promises";
import { type Arm, readDocument } from "@quantlab/core";
import { generation } from "@quantlab/scenarios";
import { describe, expect, it } from "vitest";
import { groupsCanBeMade, LimitedGroup } from "./limited-group.ts";
import { arithmetic, Bench, blocksOf, experimentOf, patience } from "./runs.ts";

/** Starts a block whose engine computes for two seconds, and waits until it does. */
async function computing(changes: Partial<Arm> = {}) {
  const bench = new Bench();
  const workloads = [generation({ prompt: "inflation@1", newTokens: 100, warmups: 0, generations: 1 })];
  const arms = { only: { ...arithmetic("computes"), ...changes } as Arm };
  const started = bench.start(experimentOf(arms, { workloads }), ["--quick"]);
  await bench.generating();
  const [block] = bench.pids("generate");
  return {
    lab: started.pid!,
    block: block!,
    async guards() {
      const { stdout } = await started;
      return blocksOf(await readDocument("run", stdout), "only", "generate")[0]!.guards;
    },
  };
}

describe("time in which a block did not run", { timeout: patience }, () => {
  it("is told where a signal stopped it", async () => {
    const { block, guards } = await computing();
    process.kill(block, "SIGSTOP");
    await sleep(1000);
    process.kill(block, "SIGCONT");
    expect((await guards()).stoppedMs).toBeGreaterThan(500);
  });

  it("is told where it was frozen together with the lab", async () => {
    const { lab, block, guards } = await computing();
    // In this order the lab never sees that the block is stopped.
    for (const pid of [lab, block]) process.kill(pid, "SIGSTOP");
    await sleep(1500);
    for (const pid of [block, lab]) process.kill(pid, "SIGCONT");
    expect((await guards()).stoppedMs).toBeGreaterThan(1000);
  });

  it("is none where the lab alone was stopped, as by Ctrl-Z", async () => {
    const { lab, guards } = await computing();
    process.kill(lab, "SIGSTOP");
    await sleep(1000);
    process.kill(lab, "SIGCONT");
    expect((await guards()).stoppedMs).toBe(0);
  });

  it.skipIf(!groupsCanBeMade)("is told where a CPU quota held it back", async () => {
    using group = new LimitedGroup({ cpu: { "cpu.cfs_quota_us": "20000" } });
    const { guards } = await computing({ launcher: group.launcher });
    const { quota, stoppedMs } = await guards();
    expect(quota!.throttledMs / quota!.ofMs).toBeGreaterThan(0.05);
    expect(stoppedMs).toBe(0);
  });
});
