import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ProvenanceStep, ResolveOptions } from "@quantlab/core";
import { metadataNumber, readGguf } from "@quantlab/llama-capi";
import type { ImportanceMatrix } from "./importance-matrix.ts";
import type { Store } from "./store.ts";
import { fileSha256 } from "./verify.ts";

/** An importance matrix of the user's, with its history where the lab wrote one beside it. */
export async function importanceMatrixFile(
  store: Store,
  file: string,
  options: ResolveOptions,
): Promise<ImportanceMatrix> {
  const { metadata } = readGguf(file);
  const sha256 = await fileSha256(store, file, options);
  const known = await describedStep(file, sha256);
  const unknown = {
    step: "calibrate",
    tool: "unknown",
    version: "unknown",
    settings: {
      file: path.basename(file),
      sha256,
      chunks: metadataNumber(metadata, "imatrix.chunk_count"),
      chunkSize: metadataNumber(metadata, "imatrix.chunk_size"),
    },
    inputSha256: null,
  };
  return { path: file, sha256, provenance: known ?? unknown };
}

async function describedStep(file: string, sha256: string): Promise<ProvenanceStep | null> {
  const text = await readFile(`${file}.json`, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const described = JSON.parse(text) as { sha256?: unknown; provenance?: ProvenanceStep };
    return described.sha256 === sha256 && described.provenance?.step === "calibrate"
      ? described.provenance
      : null;
  } catch {
    return null;
  }
}
