// Ctrl-C whenever it comes: while models are prepared, measured, or the results written.
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { isRunning, processesStartedBy } from "../packages/cli/test/processes.ts";
import { validate } from "../packages/core/src/index.ts";
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
      // Before the lab listens the system ends it; after everything is done there is nothing to interrupt.
      expect(exitCode === 130 || exitCode === 0 || signal === "SIGINT", `${exitCode} ${stderr}`).toBe(true);
      if (exitCode === 130) expect(stderr.trimEnd()).toMatch(/interrupted; last good results untouched$/);
      expect(stderr).not.toContain("    at ");
      expect(below.filter(isRunning)).toEqual([]);
      expect(copy.kept()).toEqual(before);
      for (const name of copy.runs())
        validate("run", JSON.parse(readFileSync(path.join(copy.folder, ".runs", name), "utf8")), name);
    },
  );
});
