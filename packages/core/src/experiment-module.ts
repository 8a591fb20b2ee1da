import { pathToFileURL } from "node:url";
import { BadFileError } from "./errors.ts";
import type { Experiment } from "./experiment.ts";

/** Imports an experiment's module; one that exports no experiment is a BadFileError. */
export async function loadExperiment(file: string): Promise<Experiment> {
  const { default: experiment } = (await import(pathToFileURL(file).href)) as {
    default?: Partial<Experiment>;
  };
  if (experiment?.id && experiment.arms && experiment.protocol && experiment.workloads)
    return experiment as Experiment;
  throw new BadFileError(
    file,
    "exports no experiment",
    "end it with: export default defineExperiment({ … })",
  );
}
