import {
  type Availability,
  formatModelRef,
  type ModelFile,
  prompts,
  QuantlabError,
  type Run,
  sha256,
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
 * Asks every backend whether it can run, prepares those that can, then finds, downloads or derives their models. An arm
 * whose backend cannot be prepared has failed, and the others go on.
 */
export async function prepareArms(
  plan: Plan,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<ReadyArm[]> {
  const availability = await Promise.all(plan.arms.map(({ backend }) => backend.probe()));
  const ready: ReadyArm[] = [];
  for (const [index, arm] of plan.arms.entries()) {
    signal.throwIfAborted();
    const state = availability[index] as Availability;
    if (!state.available) {
      const reason = `${state.reason}; ${state.remedy}`;
      progress.say(`${arm.name} is skipped: ${reason}`);
      ready.push({ ...arm, ready: false, status: "skipped", reason });
      continue;
    }
    const name = formatModelRef(arm.model.ref);
    progress.show(`preparing ${name}`);
    try {
      await prepareBackend(arm, signal, progress);
    } catch (error) {
      signal.throwIfAborted();
      const reason = reasonOf(error);
      progress.say(`${arm.name} fails: ${reason}`);
      ready.push({ ...arm, ready: false, status: "failed", reason });
      continue;
    }
    const file = await arm.model.resolve({ signal, onProgress: (done) => progress.step(name, done) });
    ready.push({ ...arm, ready: true, version: state.version, file });
  }
  if (!ready.some((arm) => arm.ready)) {
    throw new QuantlabError("NO_ARM", `no arm can run on this machine: ${reasonsOf(ready)}`, {
      remedy: "pnpm lab doctor tells what is missing",
    });
  }
  return ready;
}

/** What is about to be made is said once, with its size, before it is made. */
async function prepareBackend(
  { name, backend }: PlannedArm,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<void> {
  let said = false;
  await backend.prepare?.({
    signal,
    onProgress: (done) => {
      if (said) return progress.step(name, done);
      said = true;
      progress.say(`${name}: ${done.step}`);
    },
  });
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
