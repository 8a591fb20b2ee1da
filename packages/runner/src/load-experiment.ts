import { pathToFileURL } from "node:url";
import { BadFileError, type Experiment } from "@quantlab/core";

/** Imports an experiment's module; a module that exports none is a BadFileError. */
export async function loadExperiment(modulePath: string): Promise<Experiment> {
  const module = (await import(pathToFileURL(modulePath).href)) as { default?: Partial<Experiment> };
  const { default: experiment } = module;
  if (!experiment?.id || !experiment.arms || !experiment.protocol || !experiment.workload) {
    throw new BadFileError(
      modulePath,
      "exports no experiment",
      "write export default defineExperiment({ … })",
    );
  }
  return experiment as Experiment;
}
