import { stat } from "node:fs/promises";
import { fromUser } from "@quantlab/core";
import { readImportanceMatrix } from "@quantlab/llama-capi";
import { resolveModel, writeImportanceMatrix } from "@quantlab/model-store";
import { formatBytes, ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";

export interface ImatrixOptions {
  readonly model: string;
  readonly file: string;
  readonly output: string;
  readonly ctxSize: number;
  readonly chunks?: number;
  readonly threads?: number;
  readonly processOutput?: true;
}

/** Computes an importance matrix in a process of its own and writes it where it was wanted. */
export async function imatrixCommand({ signal }: VerbContext, options: ImatrixOptions): Promise<Outcome> {
  const { ctxSize, chunks, threads, processOutput = false } = options;
  const [text, output] = [fromUser(options.file), fromUser(options.output)];
  using progress = new ProgressLine();
  const working = { signal, onProgress: progress.step };
  const source = await resolveModel(options.model, working);
  const { sha256, provenance } = await writeImportanceMatrix(source, text, output, {
    ...working,
    chunkSize: ctxSize,
    processOutput,
    ...(chunks === undefined ? {} : { chunks }),
    ...(threads === undefined ? {} : { threads }),
  });
  const matrix = readImportanceMatrix(output);
  const { size } = await stat(output);
  return {
    data: {
      output,
      bytes: size,
      sha256,
      model: { ...source.ref },
      chunks: matrix.chunks,
      chunkSize: matrix.chunkSize,
      tensors: [...matrix.entries.keys()],
      provenance: [...source.provenance, provenance].map((step) => ({ ...step })),
    },
    text: `${output}: ${matrix.entries.size} tensors over ${matrix.chunks} chunks of ${matrix.chunkSize} tokens, ${formatBytes(size)}\n`,
  };
}
