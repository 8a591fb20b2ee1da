import { isModelSubject, type Plan, UnknownNameError, UsageError } from "@quantlab/core";
import { engineById } from "@quantlab/engines";
import { checkWorkload } from "@quantlab/scenarios";

/**
 * Throws before anything runs: an UnknownNameError for a scenario, an engine, a baseline or a reference that is not there,
 * with the nearest name, and a UsageError for an option or a workload that does not fit. An arm that is said to be unavailable
 * is not looked at.
 */
export function checkPlan({ arms, baseline, reference = baseline }: Plan): void {
  const names = arms.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new UsageError(`the plan has two arms called "${twice}"`, "give each a name of its own");
  for (const name of [baseline, reference, ...arms.flatMap(({ against = [] }) => against)]) {
    if (!names.includes(name)) throw new UnknownNameError("arm", name, names);
  }
  for (const { name, subject, workloads, unavailable } of arms) {
    // It says itself why it cannot run.
    if (unavailable !== undefined) continue;
    if (isModelSubject(subject)) engineById(subject.engine).backend(subject.options);
    for (const [scenario, workload] of Object.entries(workloads)) checkWorkload(scenario, workload, name);
  }
}
