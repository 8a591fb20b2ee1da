import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { beyondTraining, type Json, UsageError } from "@quantlab/core";
import { engineByName, requireMemory, store } from "@quantlab/engines";
import { modelSource } from "@quantlab/model-store";
import { openSession } from "@quantlab/processes";
import { stderrStyle } from "@quantlab/terminal";
import { requireForm } from "../backend-option.ts";
import { engineProgram } from "../frame/engine-program.ts";
import { prepareBackend, resolveModel } from "../frame/preparation.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { type GenerateJob, type GenerateResult, generate } from "./generate.ts";
import { backendOptions, type GenerateOptions, samplingFrom } from "./options.ts";
import { formatTimings, timingsOf } from "./timings.ts";

/** Reads the prompt, gets the model, generates in a process of its own, and tells what came out. */
export async function generateCommand(context: VerbContext, options: GenerateOptions): Promise<Outcome> {
  const { json, signal } = context;
  const settings = {
    backend: options.backend,
    backendOptions: backendOptions(options),
    newTokens: options.predict,
    chat: options.raw !== true,
    stopAtEndOfText: options.ignoreEos !== true,
    sampling: samplingFrom(options),
  };
  const engine = engineByName(options.backend);
  const backend = engine.backend(settings.backendOptions);
  const source = modelSource(options.model ?? engine.model, store);
  requireForm(engine, source.ref);
  const prompt = await readPrompt(options.prompt, signal);
  await prepareBackend(backend, signal);
  const model = await resolveModel(source, signal);
  await requireMemory(backend, model, signal);
  const job = { ...settings, prompt, model };
  const onText = (part: string) => {
    if (!json) process.stdout.write(part);
  };
  const program = engineProgram(engine.title, backend.environment);
  const { backend: name, backendOptions: chosen } = settings;
  const load = { model, options: { backend: name, backendOptions: chosen } };
  await using session = await openSession(program, load, signal);
  const result = await generate(session, job, onText, signal);
  if (!json) {
    process.stdout.write("\n");
    process.stderr.write(`${stderrStyle("dim", formatTimings(timingsOf(result), result.trace))}\n`);
  }
  return { data: documentOf(job, result), text: "", warnings: [beyondTraining(result.engine)] };
}

function documentOf(job: GenerateJob, result: GenerateResult): Json {
  const { ref, sha256, bytes, bitsPerWeight, synthetic } = job.model;
  return {
    model: { ...ref, sha256, bytes, bitsPerWeight, synthetic },
    backend: job.backend,
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
