import {
  beyondTraining,
  detectHost,
  type Evaluation,
  evaluatedModel,
  type Json,
  type ModelFile,
  type ModelSource,
  writeDocument,
  writeFileAtomic,
} from "@quantlab/core";
import { store } from "@quantlab/engines";
import { modelSource } from "@quantlab/model-store";
import { describeLab } from "@quantlab/runner";
import { printNote } from "@quantlab/terminal";
import { chosenEngine, requireForm } from "../backend-option.ts";
import { engineProgram } from "../frame/engine-program.ts";
import { prepareBackend, resolveModel } from "../frame/preparation.ts";
import { restoredNote } from "../frame/restored.ts";
import { withTunedSettings } from "../frame/tuned.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import type { AnsweredTask } from "./answered-task.ts";
import { type Answers, answersOf } from "./answers.ts";
import { evaluatedTask, metricsOf } from "./figures.ts";
import { harnessFile, prepareHarness } from "./harness-files.ts";
import type { EvalOptions } from "./options.ts";
import { outputFile } from "./output-file.ts";
import { evaluationTable } from "./table.ts";
import { tasksFrom } from "./task-files.ts";

/**
 * Has a model answer tasks, and the reference too, each in a process of its own; one after the other. What was answered
 * before something broke is told with the failure.
 */
export async function evalCommand({ signal }: VerbContext, options: EvalOptions): Promise<Outcome> {
  const startedAt = new Date().toISOString();
  const typed = {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.ctxSize === undefined ? {} : { contextSize: options.ctxSize }),
  };
  const { engine, reference: wanted } = chosenEngine(options);
  engine.backend(typed);
  const sourceOf = async (typed: string): Promise<ModelSource> => {
    const source = modelSource(typed, store);
    requireForm(engine, source.ref);
    return source;
  };
  const source = await sourceOf(wanted);
  const { options: backendOptions, note } = withTunedSettings(engine, wanted, typed, { figures: true });
  const backend = engine.backend(backendOptions);
  if (note) printNote(note);
  const referenceSource = options.reference === undefined ? null : await sourceOf(options.reference);
  const tasks = await tasksFrom(options.tasks);
  const output = options.output === undefined ? null : await outputFile(options.output, options, tasks);
  await prepareBackend(backend, signal);
  if (options.harness) await prepareHarness(signal);
  const program = engineProgram(engine.title, backend.environment);
  const answer = (model: ModelFile) => {
    const job = {
      ...{ backend: engine.name, backendOptions, model, limit: options.limit ?? null },
      ...{ files: tasks.map(({ file }) => file), harness: options.harness ?? null },
    };
    return answersOf(program, job, tasks, signal);
  };
  const model = await resolveModel(source, signal);
  const reference = referenceSource && (await resolveModel(referenceSource, signal));
  const answered = await answer(model);
  const held = await referenceAnswers(reference, answered, answer, signal);
  const against = { reference: held.answers, synthetic: model.synthetic };
  const failure = answered.failure ?? held.failure;
  const evaluation: Evaluation = {
    schemaVersion: 1,
    startedAt,
    finishedAt: new Date().toISOString(),
    host: detectHost(),
    lab: await describeLab(),
    model: evaluatedModel(model),
    reference: reference && evaluatedModel(reference),
    backend: backend.id,
    engine: answered.engine,
    harness: answered.harness && { name: answered.harness.name, version: answered.harness.version },
    limit: options.limit ?? null,
    ...(failure !== undefined && { brokenOff: (failure as Error).message }),
    tasks: Object.fromEntries(answered.tasks.map((task) => [task.task, evaluatedTask(task, against)])),
    metrics: metricsOf(
      answered.tasks.filter(({ kind }) => kind === "multiple-choice"),
      against,
    ),
  };
  const found = {
    data: evaluation as unknown as Json,
    text: evaluationTable(evaluation),
    warnings: [restoredNote(reference) ?? restoredNote(model), beyondTraining(answered.engine)],
    failure,
  };
  if (output === null) return found;
  try {
    const written = await keep(output, evaluation, answered);
    return { ...found, text: [found.text, ...written.map((file) => `wrote ${file}\n`)].join("") };
  } catch (unwritten) {
    // The answers may be an hour's work, and the disk that was to take them has filled meanwhile.
    return { ...found, failure: unwritten };
  }
}

/** The reference's answers, or why there are none to hold others against; what the model has answered is not lost with them. */
async function referenceAnswers(
  reference: ModelFile | null,
  answered: Answers,
  answer: (model: ModelFile) => Promise<Answers>,
  signal: AbortSignal,
): Promise<{ readonly answers: readonly AnsweredTask[] | string; readonly failure?: unknown }> {
  if (reference === null) return { answers: "no reference was named" };
  if (reference.synthetic) {
    return { answers: "the reference's weights are random, so its answers mean nothing" };
  }
  if (answered.failure !== undefined) return { answers: "the model's answers broke off" };
  try {
    const { tasks, failure } = await answer(reference);
    return { answers: tasks, failure };
  } catch (failure) {
    signal.throwIfAborted();
    return { answers: "the reference answered nothing", failure };
  }
}

/** Writes the evaluation, and beside it what the harness itself says; returns the files. */
async function keep(file: string, evaluation: Evaluation, { harness }: Answers): Promise<string[]> {
  await writeDocument("evaluation", file, evaluation);
  if (!harness?.results) return [file];
  const beside = harnessFile(file);
  await writeFileAtomic(beside, `${JSON.stringify(harness.results, null, 1)}\n`);
  return [file, beside];
}
