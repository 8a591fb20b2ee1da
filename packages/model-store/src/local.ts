import { statSync } from "node:fs";
import { type ModelFile, type ModelRef, UnavailableError } from "@quantlab/core";
import { derive } from "./derive.ts";
import { describeGguf, ownQuantization, readModelGguf } from "./describe.ts";
import { readDescription } from "./described.ts";
import type { FindOptions } from "./find.ts";
import { resolveLocalFolder } from "./folder/local.ts";
import { asIs } from "./quantizations.ts";
import type { Store } from "./store.ts";
import { fileSha256 } from "./verify.ts";

/**
 * A file or folder of the user's, with its history where the lab made it: as it is when it has the wanted quantization or none is wanted; a GGUF file is
 * otherwise quantized from it. Throws an UnavailableError where one form is wanted and the other given.
 */
export async function resolveLocal(
  store: Store,
  ref: ModelRef,
  file: string,
  options: FindOptions,
): Promise<ModelFile> {
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder && ref.form !== "gguf") return resolveLocalFolder(store, ref, file, options);
  if (isFolder)
    throw new UnavailableError(
      `${ref.id} is a folder, and ${ref.quantization} is a GGUF file`,
      "give a .gguf file",
    );
  if (ref.form !== "gguf")
    throw new UnavailableError(
      `${ref.id} is a GGUF file, and ${ref.quantization} needs a Hugging Face folder`,
      "give the folder of the model's safetensors",
    );
  const gguf = readModelGguf(file);
  const own = ownQuantization(gguf) ?? "unknown";
  const sha256 = await fileSha256(store, file, options);
  const described = await readDescription(file, sha256);
  // The description knows more than the file's type: the matrix, and types of single tensors.
  const quantization = described?.ref.quantization ?? own;
  const source = describeGguf(gguf, { ...ref, quantization }, sha256, described?.provenance ?? []);
  return [asIs, quantization].includes(ref.quantization) ? source : derive(store, ref, source, options);
}
