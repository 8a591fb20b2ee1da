import type { Block, MetricHandle, Run } from "@quantlab/core";
import { fewerThreads, slowdownOf } from "./arms.ts";
import type { Verdict } from "./tally.ts";
import { withoutSlowdown } from "./without-slowdown.ts";

/**
 * What is claimed of each pair of arms by one metric, when the run's rounds are taken as runs of `rounds` each: every two
 * equal arms, and each slowed one against every equal one.
 */
export function judgedPairs(run: Run, metric: MetricHandle, rounds: number): Verdict[] {
  return segments(run, rounds).flatMap((blocks) => {
    const arms = run.arms.map(({ name }) => ({ name, blocks: blocks.filter(({ arm }) => arm === name) }));
    const equal = arms.filter(({ name }) => slowdownOf(name) === 0);
    const slowed = arms.filter(({ name }) => slowdownOf(name) !== 0);
    const pairs = [
      ...equal.flatMap((baseline, index) => equal.slice(index + 1).map((arm) => [baseline, arm] as const)),
      ...slowed.flatMap((arm) => equal.map((baseline) => [baseline, arm] as const)),
    ];
    return pairs.flatMap(([baseline, arm]): Verdict[] => {
      const others = arms.filter((other) => other !== baseline && other !== arm);
      const effect = metric.compare(
        baseline.blocks,
        arm.blocks,
        others.map((other) => other.blocks),
      );
      if (!effect) return [];
      const slowdown = slowdownOf(arm.name);
      // A thread less may take as much time and memory as all of them.
      if (arm.name === fewerThreads && !speedOfThreads.has(metric.name)) return [];
      const side = slowdown === 0 ? 0 : metric.better === "higher" ? -1 : 1;
      return [{ slowdown, truth: truthOf(metric, arm.blocks, slowdown), side, effect }];
    });
  });
}

/** What fewer threads slow for sure. */
const speedOfThreads = new Set(["decodeTps", "prefillTps", "ttftMs", "totalMs"]);

function segments({ blocks, protocol }: Run, rounds: number): Block[][] {
  const count = Math.floor(protocol.blocks / rounds);
  return Array.from({ length: count }, (_, segment) =>
    blocks.filter(({ index }) => Math.floor(index / rounds) === segment),
  );
}

/** By what was put in: the geometric mean over the blocks of their values with it and without it. */
function truthOf(metric: MetricHandle, blocks: readonly Block[], slowdown: number | null): number | null {
  if (slowdown === null) return null;
  const [found, own] = [metric.summarise(blocks), metric.summarise(blocks.map(withoutSlowdown))];
  if (found.value === null || own.value === null) return null;
  const logs = found.values.map((value, index) => Math.log(value / own.values[index]!));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}
