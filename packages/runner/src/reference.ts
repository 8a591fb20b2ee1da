import { type Experiment, QuantlabError, type Reference, UnknownNameError } from "@quantlab/core";
import type { ReferenceSpec } from "./messages.ts";
import { type Overrides, overridden } from "./overrides.ts";
import type { Plan } from "./plan.ts";
import { prepareArm, type ReadyArm } from "./prepare.ts";
import type { ProgressLine } from "./progress.ts";
import { reasonOf } from "./unmeasured.ts";

/**
 * Finds the model of the reference, which is one of the arms or, where the command line leaves that out, prepared for
 * this alone. A reference that cannot be had takes only the comparisons with it.
 */
export async function prepareReference(
  { reference }: Plan,
  arms: readonly ReadyArm[],
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<ReferenceSpec | null> {
  if (!reference) return null;
  const arm = reference.name;
  const own = arms.find(({ name }) => name === arm);
  if (own) return own.ready ? { arm, model: own.file } : { arm, unavailable: own.reason };
  try {
    const state = await reference.backend.probe();
    if (!state.available) return { arm, unavailable: `${state.reason}; ${state.remedy}` };
    return { arm, model: await prepareArm(reference, signal, progress) };
  } catch (error) {
    signal.throwIfAborted();
    return { arm, unavailable: reasonOf(error) };
  }
}

/** The reference as an observer in the block process of `observed` sees it. */
export function referenceFrom(
  experiment: Experiment,
  spec: ReferenceSpec,
  observed: string,
  backendOptions: Overrides,
  signal: AbortSignal,
): Reference {
  return {
    arm: spec.arm,
    isObserved: spec.arm === observed,
    async open() {
      if ("unavailable" in spec) {
        throw new QuantlabError(
          "NO_REFERENCE",
          `the reference ${spec.arm} cannot be had: ${spec.unavailable}`,
        );
      }
      const arm = experiment.arms[spec.arm];
      if (!arm) throw new UnknownNameError("arm", spec.arm, Object.keys(experiment.arms));
      const backend = overridden(arm.backend, backendOptions);
      // Not before: what was timed ran with the observed arm's environment alone.
      Object.assign(process.env, backend.environment);
      return backend.load(spec.model, signal);
    },
  };
}
