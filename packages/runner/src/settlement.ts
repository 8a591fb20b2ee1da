import type { Json, Plan, ReadyArm, SettleContext } from "@quantlab/core";
import { scenarioNamed } from "@quantlab/scenarios";
import { type PreparedArm, referenceOf } from "./preparation.ts";

type Workload = Readonly<Record<string, Json>>;

/** What one arm's blocks of one scenario are given. */
export interface SettledWorkload {
  readonly arm: PreparedArm;
  readonly scenario: string;
  /** Goes into the run. */
  readonly workload: Workload;
  /** Goes to the blocks alone. */
  readonly settled: Workload;
}

/** Finds out once, before anything is timed, what all arms must share; those that are not ready keep what they have. */
export async function settleWorkloads(
  plan: Plan,
  arms: readonly PreparedArm[],
  signal: AbortSignal,
): Promise<SettledWorkload[]> {
  const { baseline, silenceMs } = plan;
  const context = { signal, baseline, silenceMs, reference: referenceOf(plan, arms) };
  const names = [...new Set(arms.flatMap(({ workloads }) => Object.keys(workloads)))];
  const perScenario = await Promise.all(
    names.map((scenario) =>
      settleScenario(
        scenario,
        arms.filter(({ workloads }) => scenario in workloads),
        context,
      ),
    ),
  );
  return perScenario.flat();
}

async function settleScenario(
  scenario: string,
  arms: readonly PreparedArm[],
  context: SettleContext,
): Promise<SettledWorkload[]> {
  const { settle } = scenarioNamed(scenario);
  const ready = arms.flatMap(({ name, ready: subject, workloads }): ReadyArm<unknown>[] =>
    subject ? [{ name, subject, workload: workloads[scenario] }] : [],
  );
  const settled = settle && ready.length > 0 ? await settle(ready, context) : [];
  return arms.map((arm) => {
    const found = settled[ready.findIndex(({ name }) => name === arm.name)];
    return {
      arm,
      scenario,
      workload: (found?.workload ?? arm.workloads[scenario]!) as Workload,
      settled: (found?.settled ?? {}) as Workload,
    };
  });
}
