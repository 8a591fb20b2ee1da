import { rmSync } from "node:fs";
import path from "node:path";
import { accessError, readText, withoutFinalNewline } from "@quantlab/core";
import { type CallContext, serve } from "@quantlab/processes";
import type { ComputedMatrix, ImportanceMatrixRequest } from "./imatrix-in-own-process.ts";
import { collectImportance } from "./importance/collection.ts";
import { writeImportanceMatrix } from "./importance/matrix-writer.ts";
import { Model } from "./model/model.ts";

// The process that imatrixInOwnProcess starts.

serve({ imatrix });

async function imatrix(
  request: ImportanceMatrixRequest,
  { signal, emit }: CallContext,
): Promise<ComputedMatrix> {
  const { model: file, text, output, dataset = path.basename(text), ...settings } = request;
  using model = Model.load(file, request.gpu === undefined ? {} : { gpu: request.gpu });
  const content = withoutFinalNewline(await readText(text));
  const onChunk = (done: number, total: number) => emit("chunk", { done, total });
  const collected = await collectImportance(model, content, { ...settings, onChunk });
  signal.addEventListener("abort", () => rmSync(output, { force: true }));
  try {
    await writeImportanceMatrix(output, collected, { dataset, chunkSize: settings.chunkSize });
  } catch (cause) {
    throw accessError(cause, output);
  }
  return { chunks: collected.chunks, tensors: collected.tensors.size };
}
