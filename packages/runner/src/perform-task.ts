import {
  type Backend,
  EngineError,
  type Experiment,
  type GenerateTrace,
  monotonicMs,
  type Session,
  UnknownNameError,
} from "@quantlab/core";
import { loadExperiment } from "./load-experiment.ts";
import type { BlockSpec, MarkName, MeasureTask, Outcome } from "./messages.ts";
import { observe } from "./observe.ts";

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
  const backend = arm.backend.withOptions(spec.backendOptions);
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
    await report.outcome(await measure(experiment, backend, session, loadMs, spec.task, report));
  }
}

async function measure(
  experiment: Experiment,
  backend: Backend,
  session: Session,
  loadMs: number,
  task: MeasureTask,
  report: Reporter,
): Promise<Outcome> {
  const generate = async (count: number) => {
    const traces: GenerateTrace[] = [];
    for (let index = 0; index < count; index++) {
      traces.push(await generateOnce(backend, session, task));
      report.alive();
    }
    return traces;
  };
  const warmups = await generate(task.warmups);
  const started = { at: monotonicMs(), cpu: process.cpuUsage() };
  const generations = await generate(task.generations);
  const used = process.cpuUsage(started.cpu);
  const wallMs = monotonicMs() - started.at;
  await report.mark("afterGenerate");
  const output = await session.detokenize(Int32Array.from(generations.at(-1)?.tokenIds ?? []));
  const observeStart = monotonicMs();
  const observed = task.observe
    ? await observe(experiment, session, { ...task.observe, signal: never }, report.alive)
    : { observation: {}, problem: null };
  return {
    kind: "measure",
    engine: session.engine,
    loadMs,
    warmups,
    generations,
    cpu:
      session.engine.pid === process.pid
        ? { userMs: used.user / 1000, systemMs: used.system / 1000, wallMs }
        : null,
    outputText: output,
    observation: observed.observation,
    observeMs: task.observe ? monotonicMs() - observeStart : 0,
    observeProblem: observed.problem,
  };
}

/** One greedy generation of exactly the asked length; another length is an EngineError. */
async function generateOnce(backend: Backend, session: Session, task: MeasureTask): Promise<GenerateTrace> {
  const trace = await session.generate(
    {
      promptIds: Int32Array.from(task.promptIds),
      newTokens: task.newTokens,
      sampling: "greedy",
      stopAtEndOfText: false,
    },
    never,
  );
  const [times, tokens] = [trace.tokenAtMs.length, trace.tokenIds.length];
  if (times !== task.newTokens || tokens !== task.newTokens) {
    throw new EngineError(
      backend.id,
      `gave ${tokens} tokens and ${times} times, ${task.newTokens} were asked`,
    );
  }
  return trace;
}
