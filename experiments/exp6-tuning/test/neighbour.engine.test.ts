import { execFileSync } from "node:child_process";
import type { Plan } from "@quantlab/core";
import { runArms } from "@quantlab/runner";
import { expect, test } from "vitest";

const plan: Plan = {
  ...{ id: "neighbour", question: "What does a busy neighbour do?", baseline: "alone" },
  arms: ["alone", "beside"].map((name) => ({
    name,
    subject: { model: "sprout:F16", engine: "llamacpp-engine", options: { threads: 1 } },
    workloads: {
      generate: {
        ...{ prompt: { tokens: 16 }, newTokens: 8, generations: 1 },
        ...(name === "beside" && { neighbours: 1 }),
      },
    },
  })),
  protocol: { blocks: 1, order: "interleaved", seed: 1 },
  ...{ armBudgetMs: 600_000, silenceMs: 60_000, waits: false, full: false, overrides: {} },
};

const neighbours = () =>
  execFileSync("ps", ["-eo", "ppid,args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes("quantlab-neighbour") && line.includes("kill -0"));

test("a busy neighbour runs while its block does, ends with it, and stands in the run", async () => {
  let seen = 0;
  const watch = setInterval(() => (seen = Math.max(seen, neighbours().length)), 100);
  const { signal } = new AbortController();
  const run = await runArms(plan, { signal }).finally(() => clearInterval(watch));
  expect(run.blocks.map(({ status, reason }) => [status, reason])).toEqual([
    ["measured", null],
    ["measured", null],
  ]);
  expect(seen).toBe(1);
  expect(neighbours()).toEqual([]);
  const workloads = Object.fromEntries(run.arms.map((arm) => [arm.name, arm.workloads.generate]));
  expect(workloads.beside).toMatchObject({ neighbours: 1 });
  expect(workloads.alone).not.toHaveProperty("neighbours");
  // A shell is no part of what the model takes.
  const peak = (name: string) => run.blocks.find(({ arm }) => arm === name)!.memory!.peak;
  expect(peak("beside") - peak("alone")).toBeLessThan(16 * 2 ** 20);
});
