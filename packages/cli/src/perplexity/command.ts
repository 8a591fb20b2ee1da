import { stat } from "node:fs/promises";
import {
  BadFileError,
  beyondTraining,
  fromUser,
  type Json,
  type ModelFile,
  type ModelSource,
  toPublicPath,
  UsageError,
} from "@quantlab/core";
import { engineFor, store } from "@quantlab/engines";
import { modelSource } from "@quantlab/model-store";
import { callOnce } from "@quantlab/processes";
import { ProgressLine, printNote } from "@quantlab/terminal";
import { engineProgram } from "../frame/engine-program.ts";
import { prepareBackend, resolveModel } from "../frame/preparation.ts";
import { restoredNote } from "../frame/restored.ts";
import { withTunedSettings } from "../frame/tuned.ts";
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

/** Scores a text in a process of its own, beside a reference if one is named, and tells what came out. */
export async function perplexityCommand(
  { signal }: VerbContext,
  options: PerplexityOptions,
): Promise<Outcome> {
  const file = await textFile(options.file);
  const typed = options.threads === undefined ? {} : { threads: options.threads };
  const wantedModel = options.model ?? "sprout:F16";
  const source = modelSource(wantedModel, store);
  const referenceSource = options.reference === undefined ? null : modelSource(options.reference, store);
  scoringBackend(source.ref.form, typed);
  const chosen = withTunedSettings(engineFor(source.ref.form), wantedModel, typed, { figures: true });
  const backendOptions = chosen.options;
  if (chosen.note) printNote(chosen.note);
  const { id, environment } = scoringBackend(source.ref.form, backendOptions);
  const model = await prepared(source);
  const reference = referenceSource && (await prepared(referenceSource));
  const job: PerplexityJob = {
    model,
    reference,
    backendOptions,
    file,
    chunkSize: options.ctxSize,
    chunks: options.chunks ?? null,
  };
  using progress = new ProgressLine();
  const onEvent = (_: string, note: Json) => {
    const { done, chunks, perplexity } = note as unknown as ChunkNote;
    const step = `perplexity ${perplexity.toFixed(4)}, chunks`;
    progress.step({ step, done, total: chunks, unit: "steps" });
  };
  const program = engineProgram(id, environment);
  const result = await callOnce<PerplexityResult>(program, "perplexity", job, { signal, onEvent });
  return {
    data: documentOf(job, result),
    text: reportText(job, result),
    warnings: [restoredNote(reference) ?? restoredNote(model), beyondTraining(result.engine, job.chunkSize)],
  };

  async function prepared(wanted: ModelSource): Promise<ModelFile> {
    await prepareBackend(scoringBackend(wanted.ref.form, backendOptions), signal);
    return resolveModel(wanted, signal);
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
