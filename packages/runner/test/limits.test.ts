import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { groupsCanBeMade, LimitedGroup } from "./limited-group.ts";
import { arithmetic, Bench, experimentOf, patience } from "./runs.ts";

const mebibyte = 2 ** 20;
const canBeHeld = spawnSync("taskset", ["-c", "0", "true"]).status === 0;

/** What `expression` of core's exports is in a program of the group, after `work`. */
function told({ launcher }: Pick<LimitedGroup, "launcher">, expression: string, work = "") {
  const core = path.join(repositoryRoot, "packages/core/src/index.ts");
  const program = `
    const core = await import(${JSON.stringify(core)});
    ${work}
    console.log(JSON.stringify(${expression}));`;
  const [command, ...words] = [...launcher, process.execPath, "--input-type=module", "-e", program];
  return JSON.parse(execFileSync(command!, words, { encoding: "utf8" }));
}

describe("the limits of a container", { timeout: patience }, () => {
  it.skipIf(!groupsCanBeMade)("are facts of the host, and part of its id", () => {
    using group = new LimitedGroup({
      cpu: { "cpu.cfs_quota_us": "80000" },
      memory: { "memory.limit_in_bytes": String(1024 * mebibyte) },
    });
    const host = told(group, "core.detectHost()");
    expect(host).toMatchObject({ cores: 1, limits: { cores: 0.8, memoryBytes: 1024 * mebibyte } });
    expect(host.id).toMatch(/-0\.8c-1g-/);
    const threads = "[core.defaultThreads(), core.threadsWarning(1), core.threadsWarning(2)]";
    expect(told(group, threads)).toEqual([1, null, "2 threads share 1 core and wait for each other"]);
  });

  it.skipIf(!canBeHeld)("are not the only ones: a process may be held to some processors", () => {
    const held = { launcher: ["taskset", "-c", "0"] };
    expect(told(held, "[core.detectHost().cores, core.defaultThreads()]")).toEqual([1, 1]);
  });

  it.skipIf(!groupsCanBeMade)("leave free what files have in the page cache", () => {
    using group = new LimitedGroup({ memory: { "memory.limit_in_bytes": String(300 * mebibyte) } });
    const file = path.join(new Bench().root, "written");
    const write = `const { writeFileSync } = await import("node:fs");
      const piece = Buffer.alloc(${mebibyte}, 1);
      for (let at = 0; at < 150; at++) writeFileSync(${JSON.stringify(file)}, piece, { flag: "a" });`;
    const free = told(group, "core.freeMemory()", write);
    expect(free).toBeGreaterThan(180 * mebibyte);
    expect(free).toBeLessThan(300 * mebibyte);
  });

  it("are what threads are held against: an arm that asks for more says so, beside its figures", async () => {
    const arm = arithmetic("healthy", { threads: 999 });
    const { blocks, stderr, exitCode } = await new Bench().run(experimentOf({ arm }), ["--quick"]);
    const warning = /999 threads share \d+ cores? and wait for each other/;
    expect(blocks("arm")[0]?.notes).toEqual([expect.stringMatching(warning)]);
    expect(stderr).toMatch(warning);
    expect(exitCode).toBe(0);
  });

  it("are said at once where the command line asks for more threads", async () => {
    const experiment = experimentOf({ arm: arithmetic("healthy") });
    const { stderr, exitCode } = await new Bench().start(experiment, ["--quick", "--threads", "999"]);
    expect(stderr).toMatch(/^warning: --threads 999: 999 threads share \d+ cores? /m);
    expect(exitCode).toBe(0);
  });
});
