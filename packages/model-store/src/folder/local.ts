import { BadFileError, type ModelFile, type ModelRef, UnavailableError } from "@quantlab/core";
import type { FindOptions } from "../find.ts";
import { asIs } from "../quantizations.ts";
import type { Store } from "../store.ts";
import { describeFolder, folderTensors } from "./describe.ts";
import { packedName, readFolderConfig } from "./own.ts";

const dtypeNames: Readonly<Record<string, string>> = { F32: "float32", BF16: "bfloat16", F16: "float16" };

/** A folder of the user's in Hugging Face or MLX form. */
export async function resolveLocalFolder(
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
  const packed = packedName(config);
  const wanted = ref.quantization;
  const fits = wanted === asIs || (ref.form === "mlx" ? wanted === packed : packed === null);
  if (!fits) {
    throw new UnavailableError(
      `${ref.id} holds ${packed ?? "plain"} weights, not ${wanted}`,
      packed === null ? "convert it with MLX first" : "give the Hugging Face folder that it was made from",
    );
  }
  const quantization = wanted === asIs ? (packed ?? (await storedDtype(folder))) : wanted;
  return describeFolder(store, folder, { ...ref, quantization }, [], options);
}

/** The data type that holds most of the folder's weights, in Transformers' words. */
export async function storedDtype(folder: string): Promise<string> {
  const bytes = new Map<string, number>();
  for (const tensor of await folderTensors(folder))
    bytes.set(tensor.dtype, (bytes.get(tensor.dtype) ?? 0) + tensor.bytes);
  const [most] = [...bytes].sort(([, a], [, b]) => b - a);
  return most ? (dtypeNames[most[0]] ?? most[0]) : "unknown";
}
