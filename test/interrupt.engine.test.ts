// Ctrl-C whenever it comes: while models are prepared, measured, or the results written.
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { describe, expect, it, vi } from "vitest";
import { startLab } from "../packages/cli/test/lab.ts";
import { isRunning, processesStartedBy } from "../packages/cli/test/processes.ts";
import { repositoryRoot, validate } from "../packages/core/src/index.ts";
import { temporaryFolder, tinyShape, writeTiny } from "../packages/model-store/test/support/fixtures.ts";
import { ExperimentCopy, script } from "./support/experiment.ts";

const short = ["--quick", "--arms", "q4,q4-session", "--blocks", "1", "--generations", "1"];
const moments = Array.from({ length: 10 }, (_, index) => 50 + index * 500);

describe("an experiment that is interrupted", () => {
  it.each(moments)(
    "after %i ms leaves nothing running, nothing half written, and its last results",
    async (ms) => {
      const copy = new ExperimentCopy();
      const before = copy.kept();
      const run = execa(process.execPath, [script, ...short], {
        cwd: copy.folder,
        env: copy.env,
        reject: false,
      });
      await sleep(ms);
      const below = processesStartedBy(run.pid!);
      run.kill("SIGINT");
      const { exitCode, signal, stderr } = await run;
      // Before the lab listens the system ends it, and nothing is begun; at the very end nothing is left to interrupt.
      if (signal === "SIGINT") expect([below, stderr]).toEqual([[], ""]);
      else expect([0, 130], stderr).toContain(exitCode);
      if (exitCode === 130) expect(stderr.trimEnd()).toMatch(/interrupted; last good results untouched$/);
      expect(stderr).not.toContain("    at ");
      expect(below.filter(isRunning)).toEqual([]);
      expect(copy.kept()).toEqual(before);
      for (const name of copy.runs())
        validate("run", JSON.parse(readFileSync(path.join(copy.folder, ".runs", name), "utf8")), name);
    },
  );
});

describe("lab models pull that is interrupted", () => {
  it("while it quantizes leaves no part of the file and no process", async () => {
    await using folder = await temporaryFolder();
    const shape = { ...tinyShape, layers: 3, hidden: 1024, feedForward: 2048, heads: 8, keyValueHeads: 8 };
    const file = path.join(folder.path, `interrupted-${process.pid}.gguf`);
    await rename(await writeTiny(folder.path, { shape }), file);
    const place = path.join(repositoryRoot, ".lab/models", path.basename(file));
    const child = startLab(["models", "pull", `${file}:Q2_K`]);
    const ended = once(child, "close");
    const said = text(child.stderr!);
    const files = () => (existsSync(place) ? readdirSync(place) : []);
    await vi.waitUntil(() => files().some((name) => name.endsWith(".tmp")), 60_000);
    const below = processesStartedBy(child.pid!);
    expect(below).not.toEqual([]);
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(await said).toBe("error: interrupted by SIGINT\n");
    expect([below.filter(isRunning), files()]).toEqual([[], []]);
    await rm(place, { recursive: true });
  });
});
