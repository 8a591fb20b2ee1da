import {
  BadFileError,
  type Json,
  type Scenario,
  schemaChecks,
  UnknownNameError,
  UsageError,
} from "@quantlab/core";
import * as named from "./scenarios.ts";

export const scenarios: readonly Scenario[] = Object.values(named);

/** The scenario of this id, or an UnknownNameError with the nearest one. */
export function scenarioNamed(id: string): Scenario {
  const scenario = scenarios.find((each) => each.id === id);
  if (scenario) return scenario;
  throw new UnknownNameError(
    "scenario",
    id,
    scenarios.map((each) => each.id),
  );
}

const problemOf = schemaChecks(import.meta.dirname);

/** Throws a UsageError for a workload that the scenario cannot do; `arm` names whose it is. */
export function checkWorkload(id: string, workload: Json, arm: string): void {
  const { flags } = scenarioNamed(id);
  const problem = problemOf(`${id}/workload`, workload);
  if (problem === null) return;
  throw new UsageError(
    `the workload of ${arm} ${problem}`,
    `see Workload of packages/scenarios/src/${id}; its flags are ${Object.keys(flags).join(", ") || "none"}`,
  );
}

/** Throws a BadFileError for a sample that is none of the scenario's. */
export function checkSample(id: string, sample: unknown): void {
  const problem = problemOf(`${id}/sample`, JSON.parse(JSON.stringify(sample)));
  if (problem !== null)
    throw new BadFileError("the block's answer", problem, "the engine gave what no run can hold");
}
