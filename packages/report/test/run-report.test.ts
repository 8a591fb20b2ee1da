import type { Run } from "@quantlab/core";
import { decodeTps, peakRssBytes, wallMs } from "@quantlab/shared-metrics";
import { expect, it } from "vitest";
import { reportRun } from "../src/index.ts";
import { commandBlock, makeRun, smallPlans } from "./run-builder.ts";

/** The lab beside a peer's program, as a benchmark has it: no experiment, no model of its own. */
function beside(): Run {
  const run = makeRun({ arms: smallPlans });
  const own = run.blocks.filter(({ arm, scenario }) => arm === "q4" && scenario === "generate");
  const peer = own.map((block) =>
    commandBlock(block, "peer", {
      wallMs: 900,
      refused: false,
      figures: { decodeTps: [2000 + block.index] },
    }),
  );
  const [arm] = run.arms;
  const workload = { arguments: ["-m", "{model}"], figures: { decodeTps: { pattern: "x".repeat(500) } } };
  return {
    ...run,
    experiment: "beside",
    arms: [
      arm!,
      {
        name: "peer",
        subject: { program: "/opt/peers/llama-bench", model: "sprout:Q4_K_M" },
        against: "q4",
        quantization: "Q4_K_M",
        workloads: { command: workload },
      },
    ],
    blocks: [...own, ...peer],
  };
}

it("tells a run that belongs to no experiment, a peer's program beside an engine", () => {
  const report = [decodeTps, peakRssBytes, wallMs];
  const { result, finding, tables } = reportRun(beside(), { question: "Who is faster?", report });
  expect(result.arms.peer).toMatchObject({
    backend: "llama-bench",
    blocks: 6,
    workloads: { command: { arguments: ["-m", "{model}"] } },
    metrics: { decodeTps: { value: 2002.5 }, wallMs: { value: 900 } },
  });
  expect(result.arms.peer!.workloads!.command).not.toHaveProperty("figures");
  expect(result.arms.q4).not.toHaveProperty("workloads");
  expect(finding).toMatch(/Against .*Q4_K_M.*, .*llama-bench decodes 0\.81\d*× as fast/);
  expect(tables).toMatch(/\| Decode, tok\/s \| 2,480 \(.*\) \| 2,000 \(/);
  expect(tables).toContain("| Whole command, ms | — | 900 (900–900) |".replace("—", "—<sup>1</sup>"));
});

it("compares an arm with a rival of its own", () => {
  const run = makeRun({ arms: { ...smallPlans, q5b: { ...smallPlans.q5, tokensPerSecond: 1155 } } });
  const arms = run.arms.map((arm) => (arm.name === "q5b" ? { ...arm, against: "q5" } : arm));
  const { result, finding, tables } = reportRun({ ...run, arms }, { question: "?", report: [decodeTps] });
  expect(result.arms.q5b!.against).toBe("q5");
  expect(result.arms.q5).not.toHaveProperty("against");
  expect(result.effects.q5b!.decodeTps!.ratio).toBeCloseTo(0.5, 2);
  expect(finding).toMatch(/Against “q5”, “q5b” decodes 0\.499× as fast \(.*; 1,\d+ against 2,310 tok\/s\)/);
  expect(tables).toContain("q5b<br>Q5_K_M, engine<br>÷ q5 |");
  expect(tables).toContain("**Against `q4`, or the arm that is named:**");
});
