import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Gguf, headerOf } from "./gguf/index.ts";

const vocabulary = /^tokenizer\.ggml\.(tokens|scores|token_type|merges)$/;

/**
 * Calls `use` with a file that has the metadata (`entries`, the bytes of each) and tensors of `input`, but no
 * vocabulary, and a hole for weights: a dry run reads the vocabulary and needs none of it, which is nearly all of its
 * time. Null where there is no such file.
 */
export function withoutVocabulary<T>(
  input: Gguf,
  entries: ReadonlyMap<string, Uint8Array>,
  use: (file: string) => T,
): T | null {
  // Weights that are aligned in another way, or lie in other files, would not be where they are looked for.
  if (input.metadata.has("general.alignment") || input.metadata.has("split.count")) return null;
  const kept = [...entries].filter(([key]) => !vocabulary.test(key));
  const header = headerOf(
    kept.map(([, bytes]) => bytes),
    input.tensors,
  );
  const folder = mkdtempSync(path.join(tmpdir(), "quantlab-plan-"));
  try {
    const file = path.join(folder, "model.gguf");
    const descriptor = openSync(file, "w");
    try {
      writeSync(descriptor, header);
      ftruncateSync(descriptor, header.length + input.bytes - input.dataOffset);
    } finally {
      closeSync(descriptor);
    }
    return use(file);
  } catch {
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
