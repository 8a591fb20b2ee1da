import {
  type Availability,
  formatModelRef,
  type ModelFile,
  type Progress,
  prompts,
  QuantlabError,
  type Run,
  sha256,
  UnavailableError,
} from "@quantlab/core";
import { converse } from "./converse.ts";
import type { Plan, PlannedArm } from "./plan.ts";
import type { ProgressLine } from "./progress.ts";
import { reasonOf } from "./unmeasured.ts";

/** An arm with its model on disk, or the reason why it cannot run here. */
export type ReadyArm = PlannedArm &
  (
    | { readonly ready: true; readonly version: string; readonly file: ModelFile }
    | { readonly ready: false; readonly status: "skipped" | "failed"; readonly reason: string }
  );
export type RunnableArm = Extract<ReadyArm, { ready: true }>;

/**
 * Asks every backend whether it can run, finds, downloads or derives the models of those that can, and prepares them. An
 * arm whose model cannot be had in its form is skipped; one whose model or backend breaks has failed. The others go on.
 */
export async function prepareArms(
  plan: Plan,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<ReadyArm[]> {
  const availability = await Promise.all(plan.arms.map(({ backend }) => backend.probe()));
  const ready: ReadyArm[] = [];
  const failures: unknown[] = [];
  for (const [index, arm] of plan.arms.entries()) {
    signal.throwIfAborted();
    const state = availability[index] as Availability;
    const leave = (status: "skipped" | "failed", reason: string) => {
      progress.say(`${arm.name} ${status === "skipped" ? "is skipped" : "fails"}: ${reason}`);
      ready.push({ ...arm, ready: false, status, reason });
    };
    if (!state.available) {
      leave("skipped", `${state.reason}; ${state.remedy}`);
      continue;
    }
    try {
      ready.push({
        ...arm,
        ready: true,
        version: state.version,
        file: await prepareArm(arm, signal, progress),
      });
    } catch (error) {
      signal.throwIfAborted();
      const skipped = error instanceof UnavailableError;
      if (!skipped) failures.push(error);
      leave(skipped ? "skipped" : "failed", reasonOf(error));
    }
  }
  if (ready.some((arm) => arm.ready)) return ready;
  if (failures.length > 0) throw failures[0];
  throw new QuantlabError("NO_ARM", `no arm can run on this machine: ${reasonsOf(ready)}`, {
    remedy: "pnpm lab doctor tells what is missing",
  });
}

/** The model first: an environment of gigabytes is not made for an arm that has none. */
export async function prepareArm(
  { name, model, backend }: PlannedArm,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<ModelFile> {
  const reference = formatModelRef(model.ref);
  progress.show(`preparing ${reference}`);
  let said = false;
  const onProgress = (done: Progress) => {
    // Steps of unknown number, the making of an environment above all, are said once with what they take.
    if (done.unit !== "steps" || done.total !== null || said) return progress.step(reference, done);
    said = true;
    progress.say(`${name}: ${done.step}`);
  };
  const file = await model.resolve({ signal, onProgress });
  await backend.prepare?.({ signal, onProgress });
  return file;
}

export interface PreparedPrompt {
  readonly ids: readonly number[];
  readonly record: Run["prompt"];
}

/**
 * The prompt's token ids, which every arm gets: by the baseline's template and tokenizer, or by the first other arm
 * that can. Throws the first failure when none can.
 */
export async function preparePrompt(
  plan: Plan,
  modulePath: string,
  arms: readonly RunnableArm[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<PreparedPrompt> {
  const name = plan.experiment.workload.prompts;
  const baselineFirst = arms.toSorted((a, b) => rank(a) - rank(b));
  let failure: unknown;
  for (const arm of baselineFirst) {
    try {
      const outcome = await converse({
        spec: {
          modulePath,
          arm: arm.name,
          model: arm.file,
          backendOptions: plan.backendOptions,
          task: { kind: "prompt", messages: prompts[name] },
        },
        environment: arm.backend.environment,
        timeoutMs,
        signal,
      });
      if (outcome.kind !== "prompt") throw new TypeError(`a prompt was answered with a ${outcome.kind}`);
      const { ids, text } = outcome;
      const idsSha256 = sha256(Int32Array.from(ids));
      return { ids, record: { name, text, tokens: ids.length, idsSha256 } };
    } catch (error) {
      signal.throwIfAborted();
      failure ??= new QuantlabError(
        "PROMPT",
        `${arm.name} could not tokenize the prompt: ${reasonOf(error)}`,
        {
          remedy: "check the model with pnpm lab models info, and this machine with pnpm lab doctor",
          cause: error,
        },
      );
    }
  }
  throw failure;

  function rank(arm: RunnableArm) {
    return arm.name === plan.baseline.name ? 0 : 1;
  }
}

function reasonsOf(arms: readonly ReadyArm[]): string {
  return arms.map((arm) => (arm.ready ? "" : `${arm.name}: ${arm.reason}`)).join("; ");
}
