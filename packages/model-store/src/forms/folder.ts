import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import {
  BadFileError,
  byteOrderMark,
  digestOf,
  type ModelFile,
  type ModelRef,
  type ProvenanceStep,
  type ResolveOptions,
  unreadable,
} from "@quantlab/core";
import type { Store } from "../store.ts";
import { fileSha256 } from "../verification/checksums.ts";
import { type FolderConfig, readFolderConfig } from "./folder-config.ts";
import { readSafetensors, type SafeTensor } from "./safetensors.ts";

/** Files of a repository that a Hugging Face or MLX folder needs; "consolidated" is a second copy of the weights. */
export function isModelFile(name: string): boolean {
  return /^(?!consolidated)[^/]+\.(safetensors|json|model|jinja|txt)$/.test(name);
}

/** Bytes of a folder's model files. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await modelFiles(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function modelFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new BadFileError(folder, "cannot be read as a folder", "check the path", cause);
  });
  return names.filter(isModelFile).sort();
}

/** The digest of the names and sha256s of a folder's model files; `place` is where the folder lies or will lie. */
export async function folderSha256(
  store: Store,
  folder: string,
  options: ResolveOptions,
  place: string = folder,
): Promise<string> {
  const hashes: Record<string, string> = {};
  for (const name of await modelFiles(folder))
    hashes[name] = await fileSha256(store, path.join(folder, name), options, path.join(place, name));
  return digestOf(hashes);
}

/**
 * A folder of safetensors as a ModelFile; its sha256 is `folderSha256`. Weights that MLX packed into whole numbers are
 * counted one by one; their scales and offsets count as bits, not as parameters. Bytes and bits are those of the
 * files: what a loader makes of them is the engine's to say.
 */
export async function describeFolder(
  store: Store,
  folder: string,
  ref: ModelRef,
  provenance: readonly ProvenanceStep[],
  options: ResolveOptions,
  place: string = folder,
): Promise<ModelFile> {
  const config = readFolderConfig(folder);
  await requireNoMarks(folder);
  const tensors = await folderTensors(folder);
  const parameters = countParameters(tensors, packedBits(config));
  if (parameters === 0)
    throw new BadFileError(folder, "holds no weights", "get the folder again from its source");
  const tensorBytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
  return {
    ref,
    path: place,
    sha256: await folderSha256(store, folder, options, place),
    bytes: await folderBytes(folder),
    parameters,
    bitsPerWeight: (tensorBytes * 8) / parameters,
    synthetic: config?.quantlab_synthetic === true,
    provenance,
  };
}

/** No engine reads JSON behind a byte-order mark, and what one says of it names no file. */
async function requireNoMarks(folder: string): Promise<void> {
  for (const name of (await modelFiles(folder)).filter((each) => each.endsWith(".json"))) {
    const file = path.join(folder, name);
    await using handle = await open(file).catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    const { buffer } = await handle.read(Buffer.alloc(3), 0, 3, 0);
    if (buffer.equals(Buffer.from("\ufeff"))) throw byteOrderMark(file);
  }
}

/** The tensors of all weight files of a folder, in the order of their names. */
export async function folderTensors(folder: string): Promise<readonly SafeTensor[]> {
  const names = (await modelFiles(folder)).filter((name) => name.endsWith(".safetensors"));
  const tensors = await Promise.all(names.map((name) => readSafetensors(path.join(folder, name))));
  return tensors.flat();
}

function countParameters(tensors: readonly SafeTensor[], bitsOf: (layer: string) => number): number {
  const names = new Set(tensors.map(({ name }) => name));
  let parameters = 0;
  for (const { name, dtype, shape } of tensors) {
    const layer = name.slice(0, name.lastIndexOf("."));
    const packed = names.has(`${layer}.scales`);
    if (packed && /\.(scales|biases)$/.test(name)) continue;
    const elements = shape.reduce((product, length) => product * length, 1);
    parameters += packed && dtype === "U32" ? (elements * 32) / bitsOf(layer) : elements;
  }
  return parameters;
}

/** Bits of each packed weight, from MLX's `quantization`: one figure, and exceptions by layer. */
function packedBits(config: FolderConfig | null): (layer: string) => number {
  const own = config?.quantization;
  return (layer) => (own?.[layer] as { bits?: number } | undefined)?.bits ?? own?.bits ?? 4;
}

const dataTypeNames: Readonly<Record<string, string>> = { F32: "float32", BF16: "bfloat16", F16: "float16" };

/** The data type that holds most of the folder's weights, in Transformers' words. */
export async function storedDataType(folder: string): Promise<string> {
  const bytes = new Map<string, number>();
  for (const tensor of await folderTensors(folder))
    bytes.set(tensor.dtype, (bytes.get(tensor.dtype) ?? 0) + tensor.bytes);
  const [most] = [...bytes].sort(([, a], [, b]) => b - a);
  return most ? (dataTypeNames[most[0]] ?? most[0]) : "unknown";
}
