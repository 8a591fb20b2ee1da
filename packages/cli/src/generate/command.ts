import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { formatModelRef, type Json, type ModelFile, UsageError } from "@quantlab/core";
import { parseModelReference } from "@quantlab/model-store";
import { ProgressLine } from "../frame/progress.ts";
import { stderrStyle } from "../frame/style.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { backendFor } from "./generate.ts";
import type { GenerateJob, GenerateResult } from "./messages.ts";
import { backendOptions, type GenerateOptions, samplingFrom } from "./options.ts";
import { runJob } from "./run-job.ts";
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
  const { environment } = backendFor(settings);
  const prompt = await readPrompt(options.prompt, signal);
  const model = await resolveModel(options.model, signal);
  const job = { ...settings, prompt, model };
  const onText = (part: string) => {
    if (!json) process.stdout.write(part);
  };
  const result = await runJob(job, environment, onText, signal);
  if (!json) {
    process.stdout.write("\n");
    process.stderr.write(`${stderrStyle("dim", formatTimings(timingsOf(result), result.trace))}\n`);
  }
  return { data: documentOf(job, result), text: "" };
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

async function resolveModel(reference: string, signal: AbortSignal): Promise<ModelFile> {
  const source = parseModelReference(reference);
  if (source.ref.form !== "gguf")
    throw new UsageError(
      `${formatModelRef(source.ref)} is a model in ${source.ref.form} form, and llama.cpp reads GGUF`,
      'choose one of its GGUF quantizations, such as Q4_K_M: "pnpm lab models list" shows them',
    );
  using progress = new ProgressLine();
  return await source.resolve({ signal, onProgress: progress.show });
}

async function readPrompt(typed: string | undefined, signal: AbortSignal): Promise<string> {
  const example = 'give one with -p "What is inflation?", or - to read it from stdin';
  if (typed === undefined) throw new UsageError("there is no prompt", example);
  const prompt = typed === "-" ? (await readAll(addAbortSignal(signal, process.stdin))).trimEnd() : typed;
  if (prompt.trim() === "") throw new UsageError(`the prompt "${prompt}" is empty`, example);
  return prompt;
}
