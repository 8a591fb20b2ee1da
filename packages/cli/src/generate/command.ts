import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { beyondTraining, evaluatedModel, type Json, UsageError } from "@quantlab/core";
import { requireMemory, store } from "@quantlab/engines";
import { modelSource } from "@quantlab/model-store";
import { openSession } from "@quantlab/processes";
import { printNote, stderrStyle } from "@quantlab/terminal";
import { chosenEngine } from "../backend-option.ts";
import { engineOptions } from "../frame/engine-flags.ts";
import { engineProgram } from "../frame/engine-program.ts";
import { prepareBackend, resolveModel } from "../frame/preparation.ts";
import { samplingFrom } from "../frame/sampling-flags.ts";
import { type ChosenOptions, withTunedSettings } from "../frame/tuned.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { type GenerateJob, type GenerateResult, generate } from "./generate.ts";
import type { GenerateOptions } from "./options.ts";
import { formatTimings, timingsOf } from "./timings.ts";

/** Reads the prompt, gets the model, generates in a process of its own, and tells what came out. */
export async function generateCommand(context: VerbContext, options: GenerateOptions): Promise<Outcome> {
  const { json, signal } = context;
  // Wrong usage is told before anything is looked for.
  const { engine, reference } = chosenEngine(options);
  const typed = engineOptions(options);
  engine.backend(typed);
  const source = modelSource(reference, store);
  const chosen = withTunedSettings(engine, reference, typed);
  const settings = {
    backend: engine.name,
    backendOptions: chosen.options,
    newTokens: options.predict,
    chat: options.raw !== true,
    stopAtEndOfText: options.ignoreEos !== true,
    sampling: samplingFrom(options),
  };
  const backend = engine.backend(settings.backendOptions);
  const prompt = await readPrompt(options.prompt, signal);
  await prepareBackend(backend, signal);
  const model = await resolveModel(source, signal);
  await requireMemory(backend, model, signal);
  const job = { ...settings, prompt, model };
  const onText = (part: string) => {
    if (!json) process.stdout.write(part);
  };
  const program = engineProgram(engine.title, backend.environment);
  if (chosen.note) printNote(chosen.note);
  const load = { model, options: { backend: settings.backend, backendOptions: chosen.options } };
  await using session = await openSession(program, load, signal);
  const result = await generate(session, job, onText, signal);
  if (!json) {
    process.stdout.write("\n");
    process.stderr.write(`${stderrStyle("dim", formatTimings(timingsOf(result), result.trace))}\n`);
  }
  return { data: documentOf(job, result, chosen), text: "", warnings: [beyondTraining(result.engine)] };
}

function documentOf(job: GenerateJob, result: GenerateResult, { tuned }: ChosenOptions): Json {
  return {
    model: { ...evaluatedModel(job.model) },
    backend: job.backend,
    tuned,
    prompt: job.prompt,
    chat: job.chat,
    sampling: job.sampling,
    promptTokens: result.trace.promptTokens,
    text: result.text,
    tokenIds: result.trace.tokenIds,
    metrics: { ...timingsOf(result) },
    engine: { ...result.engine },
  };
}

async function readPrompt(typed: string | undefined, signal: AbortSignal): Promise<string> {
  const example = 'give one with -p "What is inflation?", or - to read it from stdin';
  if (typed === undefined) throw new UsageError("there is no prompt", example);
  const prompt = typed === "-" ? (await readAll(addAbortSignal(signal, process.stdin))).trimEnd() : typed;
  if (prompt.trim() === "") throw new UsageError(`the prompt "${prompt}" is empty`, example);
  return prompt;
}
