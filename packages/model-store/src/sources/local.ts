import { statSync } from "node:fs";
import { asIs, BadFileError, type ModelFile, type ModelRef, UnavailableError } from "@quantlab/core";
import { ownDescription } from "../artifacts/descriptions.ts";
import type { FindOptions } from "../artifacts/making.ts";
import { keepQuantized } from "../artifacts/quantization.ts";
import { describeFolder, folderSha256, storedDataType } from "../forms/folder.ts";
import { packedName, readFolderConfig } from "../forms/folder-config.ts";
import { describeGguf, ownQuantization, readModelGguf } from "../forms/gguf-file.ts";
import type { Store } from "../store.ts";
import { fileSha256 } from "../verification/checksums.ts";

/**
 * A file or folder of the user's, with its history where the lab made it: as it is when it has the wanted quantization
 * or none is wanted; a GGUF file is otherwise quantized from it. Throws an UnavailableError for a file where a folder is
 * wanted.
 */
export async function resolveLocal(
  store: Store,
  ref: ModelRef,
  file: string,
  options: FindOptions,
): Promise<ModelFile> {
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder) return resolveFolder(store, ref, file, options);
  if (ref.form !== "gguf")
    throw new UnavailableError(
      `${ref.id} is a GGUF file, and ${ref.quantization} needs a Hugging Face folder`,
      "give the folder of the model's safetensors",
    );
  const gguf = readModelGguf(file);
  const sha256 = await fileSha256(store, file, options);
  const described = await ownDescription("stored-model", file);
  // The description knows more than the file's type: the matrix, and types of single tensors.
  const known = described?.sha256 === sha256 ? described : null;
  const quantization = known?.ref.quantization ?? ownQuantization(gguf) ?? "unknown";
  const source = describeGguf(gguf, { ...ref, quantization }, sha256, known?.provenance ?? []);
  return [asIs, quantization].includes(ref.quantization)
    ? source
    : keepQuantized(store, ref, source, options);
}

async function resolveFolder(
  store: Store,
  ref: ModelRef,
  folder: string,
  options: FindOptions,
): Promise<ModelFile> {
  const config = readFolderConfig(folder);
  if (!config)
    throw new BadFileError(
      folder,
      "is no model folder: it has no config.json",
      "get the folder again from its source",
    );
  const described = await ownDescription("stored-model", folder);
  // Full weights in MLX form look like any others, and only what the lab wrote beside them tells.
  const known = described?.sha256 === (await folderSha256(store, folder, options)) ? described : null;
  const packed = packedName(config) ?? (known?.ref.form === "mlx" ? known.ref.quantization : null);
  const wanted = ref.quantization;
  const fits = wanted === asIs || (ref.form === "mlx" ? wanted === packed : packed === null);
  if (!fits) {
    throw new UnavailableError(
      `${ref.id} holds ${packed ?? "plain"} weights, not ${wanted}`,
      packed === null ? "convert it with MLX first" : "give the Hugging Face folder that it was made from",
    );
  }
  const quantization = wanted === asIs ? (packed ?? (await storedDataType(folder))) : wanted;
  return describeFolder(store, folder, { ...ref, quantization }, known?.provenance ?? [], options);
}
