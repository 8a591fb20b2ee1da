import {
  type ModelFile,
  modelReference,
  type Plan,
  type PlannedArm,
  type Progress,
  QuantlabError,
  type ReadySubject,
  type Reference,
  UnavailableError,
} from "@quantlab/core";
import { prepareSubject } from "@quantlab/scenarios";
import type { Tell } from "./events.ts";
import { reasonOf } from "./unmeasured.ts";

/** An arm with its subject ready, or the reason why it cannot run here. */
export type PreparedArm = PlannedArm &
  (
    | { readonly ready: ReadySubject }
    | { readonly ready: null; readonly status: "skipped" | "failed"; readonly reason: string }
  );

/**
 * Makes every arm's subject ready. One that cannot be had here is skipped, one that breaks has failed, and the others go
 * on. Throws the first failure where no arm is left.
 */
export async function prepareArms(plan: Plan, signal: AbortSignal, tell: Tell): Promise<PreparedArm[]> {
  const prepared: PreparedArm[] = [];
  const failures: unknown[] = [];
  for (const arm of plan.arms) {
    signal.throwIfAborted();
    try {
      if (arm.unavailable !== undefined) throw new UnavailableError(arm.unavailable, null);
      const options = { places: plan.places ?? {}, signal, onProgress: progressOf(arm, tell) };
      prepared.push({ ...arm, ready: await prepareSubject(arm.subject, options) });
    } catch (error) {
      signal.throwIfAborted();
      const skipped = error instanceof UnavailableError;
      if (!skipped) failures.push(error);
      const [status, reason] = [skipped ? "skipped" : "failed", reasonOf(error)] as const;
      tell({ type: "note", text: `${arm.name} ${skipped ? "is skipped" : "fails"}: ${reason}` });
      prepared.push({ ...arm, ready: null, status, reason });
    }
  }
  if (prepared.some(({ ready, workloads }) => ready && Object.keys(workloads).length > 0)) return prepared;
  if (failures.length > 0) throw failures[0];
  const reasons = prepared.map((arm) => (arm.ready ? "" : `${arm.name}: ${arm.reason}`));
  throw new QuantlabError("NO_ARM", `no arm can run on this machine: ${reasons.join("; ")}`, {
    remedy: "pnpm lab doctor tells what is missing",
  });
}

/** The arm that quality is held against, as scenarios are given it. */
export function referenceOf(plan: Plan, arms: readonly PreparedArm[]): Reference | null {
  const arm = arms.find(({ name }) => name === plan.reference);
  if (!arm) return null;
  return arm.ready ? { arm: arm.name, subject: arm.ready } : { arm: arm.name, unavailable: arm.reason };
}

/** The model as documents tell of it; null where a server holds it, of which nothing is known. */
export const modelOf = ({ ready }: PreparedArm): ModelFile | null =>
  ready?.model && ready.model.ref.form !== "endpoint" ? ready.model : null;

function progressOf({ name, subject }: PlannedArm, tell: Tell) {
  const what = modelReference(subject) ?? name;
  tell({ type: "doing", text: `preparing ${what}` });
  let said = false;
  return (progress: Progress) => {
    // Steps of unknown number, the making of an environment above all, are said once with what they take.
    if (progress.unit !== "steps" || progress.total !== null || said)
      return tell({ type: "progress", what, progress });
    said = true;
    tell({ type: "note", text: `${name}: ${progress.step}` });
  };
}
