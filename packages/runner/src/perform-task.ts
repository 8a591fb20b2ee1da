import {
  type Backend,
  EngineError,
  type EngineUsage,
  type Experiment,
  type GenerateTrace,
  monotonicMs,
  type ObserveContext,
  type Reference,
  type Session,
  UnknownNameError,
} from "@quantlab/core";
import { cutToBudget } from "./cut-to-budget.ts";
import { loadExperiment } from "./load-experiment.ts";
import type { BlockSpec, MarkName, MeasureTask, Outcome, ReferenceSpec } from "./messages.ts";
import { observe } from "./observe.ts";
import { overridden } from "./overrides.ts";
import { promptDifference } from "./prompt-agreement.ts";
import { referenceFrom } from "./reference.ts";

/** How a task reports to the runner. */
export interface Reporter {
  mark(name: MarkName): Promise<void>;
  alive(): void;
  outcome(outcome: Outcome): Promise<void>;
}

// A block process is cancelled by ending it; engines still want a signal.
const never = new AbortController().signal;

/** Does what the spec asks with the arm's backend, in this process. */
export async function performTask(spec: BlockSpec, report: Reporter): Promise<void> {
  const experiment = await loadExperiment(spec.modulePath);
  const arm = experiment.arms[spec.arm];
  if (!arm) throw new UnknownNameError("arm", spec.arm, Object.keys(experiment.arms));
  const backend = overridden(arm.backend, spec.backendOptions);
  await report.mark("beforeLoad");
  const loadStart = monotonicMs();
  await using session = await backend.load(spec.model, never);
  const loadMs = monotonicMs() - loadStart;
  await report.mark("afterLoad");
  if (spec.task.kind === "prompt") {
    const text = await session.formatChat(spec.task.messages);
    const ids = await session.tokenize(text, { special: true });
    await report.outcome({ kind: "prompt", text, ids: [...ids] });
  } else {
    const references = (reference: ReferenceSpec) =>
      referenceFrom(experiment, reference, spec.arm, spec.backendOptions, never);
    await report.outcome(await measure(experiment, backend, session, loadMs, spec.task, report, references));
  }
}

async function measure(
  experiment: Experiment,
  backend: Backend,
  session: Session,
  loadMs: number,
  task: MeasureTask,
  report: Reporter,
  references: (reference: ReferenceSpec) => Reference,
): Promise<Outcome> {
  const generate = async (count: number, newTokens: number) => {
    const traces: GenerateTrace[] = [];
    for (let index = 0; index < count; index++) {
      traces.push(await generateOnce(backend, session, task.promptIds, newTokens));
      report.alive();
    }
    return traces;
  };
  const first = task.budgetMs === null ? [] : await generate(1, 2);
  const cutTo = first[0] && task.budgetMs !== null ? cut(task, first[0], task.budgetMs - loadMs) : null;
  const shape = cutTo ?? task;
  const warmups = [...first, ...(await generate(shape.warmups, shape.newTokens))];
  const before = await engineUsage(session);
  const startMs = monotonicMs();
  const generations = await generate(shape.generations, shape.newTokens);
  const wallMs = monotonicMs() - startMs;
  const after = await engineUsage(session);
  await report.mark("afterGenerate");
  const output = await session.detokenize(Int32Array.from(generations.at(-1)?.tokenIds ?? []));
  const { promptText, promptIds } = task;
  const difference = promptText === null ? null : await promptDifference(session, promptText, promptIds);
  const observeStart = monotonicMs();
  const observed = task.observe
    ? await observe(experiment, session, contextOf(task.observe, references, report))
    : { observation: {}, problem: null };
  return {
    kind: "measure",
    engine: session.engine,
    loadMs,
    cutTo,
    warmups,
    generations,
    cpu:
      before && after
        ? { userMs: after.userMs - before.userMs, systemMs: after.systemMs - before.systemMs, wallMs }
        : null,
    allocatorPeakBytes: after?.allocatorPeakBytes ?? null,
    outputText: output,
    promptDifference: difference,
    observation: observed.observation,
    observeMs: task.observe ? monotonicMs() - observeStart : 0,
    observeProblem: observed.problem,
  };
}

function contextOf(
  { reference, ...asked }: NonNullable<MeasureTask["observe"]>,
  references: (reference: ReferenceSpec) => Reference,
  { alive }: Reporter,
): ObserveContext {
  return { ...asked, signal: never, alive, ...(reference ? { reference: references(reference) } : {}) };
}

/** What the engine's process has used; null where that is another process and does not tell. */
async function engineUsage(session: Session): Promise<EngineUsage | null> {
  if (session.usage) return session.usage();
  if (session.engine.pid !== process.pid) return null;
  const { user, system } = process.cpuUsage();
  return { userMs: user / 1000, systemMs: system / 1000, allocatorPeakBytes: null };
}

/** What is left of the plan after a generation of two tokens has shown the engine's pace. */
function cut(task: MeasureTask, { startedAtMs, tokenAtMs }: GenerateTrace, leftMs: number) {
  const [firstMs, secondMs] = [tokenAtMs[0]!, tokenAtMs[1]!];
  return cutToBudget(
    task,
    { promptMs: firstMs - startedAtMs, tokenMs: secondMs - firstMs },
    leftMs - (secondMs - startedAtMs),
  );
}

/** One greedy generation of exactly the asked length; another length is an EngineError. */
async function generateOnce(
  backend: Backend,
  session: Session,
  promptIds: readonly number[],
  newTokens: number,
): Promise<GenerateTrace> {
  const trace = await session.generate(
    {
      promptIds: Int32Array.from(promptIds),
      newTokens,
      sampling: "greedy",
      stopAtEndOfText: false,
    },
    never,
  );
  const [times, tokens] = [trace.tokenAtMs.length, trace.tokenIds.length];
  if (times !== newTokens || tokens !== newTokens) {
    throw new EngineError(backend.id, `gave ${tokens} tokens and ${times} times, ${newTokens} were asked`);
  }
  return trace;
}
