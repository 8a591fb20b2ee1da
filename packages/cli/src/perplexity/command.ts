import { stat } from "node:fs/promises";
import path from "node:path";
import { BadFileError, fromUser, type Json, type ModelFile, toPublicPath, UsageError } from "@quantlab/core";
import { parseModelReference } from "@quantlab/model-store";
import { prepareBackend, resolveModel } from "../frame/prepare.ts";
import { ProgressLine } from "../frame/progress.ts";
import { runWork } from "../frame/run-work.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { scoringBackend } from "./backends.ts";
import { figuresOf } from "./figures.ts";
import type { ChunkNote, PerplexityJob, PerplexityResult } from "./messages.ts";
import { reportText } from "./report-text.ts";

export interface PerplexityOptions {
  readonly model?: string;
  readonly file?: string;
  readonly reference?: string;
  readonly ctxSize: number;
  readonly chunks?: number;
  readonly threads?: number;
}

const entry = path.join(import.meta.dirname, "process.ts");

/** Scores a text in a process of its own, beside a reference if one is named, and tells what came out. */
export async function perplexityCommand(
  { signal }: VerbContext,
  options: PerplexityOptions,
): Promise<Outcome> {
  const file = await textFile(options.file);
  const backendOptions = options.threads === undefined ? {} : { threads: options.threads };
  const model = await prepared(options.model ?? "sprout:F16");
  const reference = options.reference === undefined ? null : await prepared(options.reference);
  const job: PerplexityJob = {
    model,
    reference,
    backendOptions,
    file,
    chunkSize: options.ctxSize,
    chunks: options.chunks ?? null,
  };
  const backend = await scoringBackend(model.ref.form, backendOptions);
  using progress = new ProgressLine();
  const onNote = ({ done, chunks, perplexity }: ChunkNote) => {
    const step = `perplexity ${perplexity.toFixed(4)}, chunks`;
    progress.show({ step, done, total: chunks, unit: "steps" });
  };
  const work = { entry, job, engine: backend.id, environment: backend.environment };
  const result = await runWork<PerplexityJob, ChunkNote, PerplexityResult>(work, onNote, signal);
  return { data: documentOf(job, result), text: reportText(job, result) };

  async function prepared(name: string): Promise<ModelFile> {
    const source = parseModelReference(name);
    const backend = await scoringBackend(source.ref.form, backendOptions);
    await prepareBackend(backend, signal);
    return resolveModel(source, signal);
  }
}

async function textFile(typed: string | undefined): Promise<string> {
  if (typed === undefined) {
    throw new UsageError("there is no text to score", "give one with -f models/sprout/text/test.txt");
  }
  const file = fromUser(typed);
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) throw new BadFileError(file, "is no file", "give a text with -f");
  return file;
}

function documentOf(job: PerplexityJob, result: PerplexityResult): Json {
  const { textSha256, textTokens, chunks, scoredTokens, scoredBytes, ...measured } = result;
  const { engine, referenceEngine, loadMs, scoreMs, peakRssBytes } = measured;
  return {
    model: describe(job.model),
    reference: job.reference && describe(job.reference),
    text: { file: toPublicPath(job.file), sha256: textSha256, tokens: textTokens },
    chunkSize: job.chunkSize,
    chunks,
    scoredTokens,
    scoredBytes,
    ...figuresOf(result),
    loadMs,
    scoreMs,
    peakRssBytes,
    engine: { ...engine },
    referenceEngine: referenceEngine && { ...referenceEngine },
  };
}

function describe({ ref, sha256, bytes, bitsPerWeight, synthetic }: ModelFile): Json {
  return { ...ref, sha256, bytes, bitsPerWeight, synthetic };
}
