// Each machine runs the experiments on the threads that are its own.
import { globSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { loadExperiment, repositoryRoot } from "../packages/core/src/index.ts";

const files = globSync("experiments/*/experiment.ts", { cwd: repositoryRoot });

/** What they do is its question. */
const aboutThreads = "experiments/exp6-tuning/experiment.ts";

test.each(files.filter((file) => file !== aboutThreads))("%s names no number of threads", async (file) => {
  const { arms } = await loadExperiment(path.join(repositoryRoot, file));
  const all = Object.values(arms);
  expect(all.length).toBeGreaterThan(0);
  for (const arm of all) {
    if ("engine" in arm) expect(arm.engine.options).not.toHaveProperty("threads");
    else expect(JSON.stringify(arm.workloads)).not.toMatch(/"(-t|--(n_)?threads)[="]/);
  }
});

test("the experiment about settings holds them against the machine's own", async () => {
  const { arms, baseline } = await loadExperiment(path.join(repositoryRoot, aboutThreads));
  expect(arms[baseline]).toMatchObject({ engine: { options: {} } });
});
