import path from "node:path";
import { BadFileError, type ModelFile, type ModelRef, type ProvenanceStep } from "@quantlab/core";
import { fullTypes } from "@quantlab/llama-capi";
import type { ShippedEntry } from "./catalogue-types.ts";
import { derive } from "./derive.ts";
import { describeGguf, readModelGguf } from "./describe.ts";
import type { FindOptions } from "./find.ts";
import { readSums, restoreRemedy } from "./shipped-files.ts";
import type { Store } from "./store.ts";
import { requireSha256 } from "./verify.ts";
import { withRemedy } from "./with-remedy.ts";

/** A file of this repository, checked against its SHA256SUMS; other quantizations are made from it. */
export async function resolveShipped(
  store: Store,
  entry: ShippedEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  const folder = path.join(store.root, entry.folder);
  const own = Object.hasOwn(entry.gguf, ref.quantization);
  const quantization = own ? ref.quantization : fullTypes.find((type) => Object.hasOwn(entry.gguf, type));
  const name = quantization && entry.gguf[quantization];
  if (!name) throw new Error(`the catalogue gives ${entry.id} no file with full weights`);
  const file = path.join(folder, name);
  const remedy = restoreRemedy(entry);
  const sums = await readSums(entry, folder);
  const sha256 = sums.get(name);
  if (!sha256) throw new BadFileError(path.join(folder, "SHA256SUMS"), `does not name ${name}`, remedy);
  const gguf = withRemedy(remedy, () => readModelGguf(file));
  await requireSha256(store, file, sha256, remedy, options);
  const source = describeGguf(gguf, { ...ref, quantization }, sha256, stepsOf(entry, sums));
  return own ? source : derive(store, ref, source, options);
}

function stepsOf(entry: ShippedEntry, sums: ReadonlyMap<string, string>): ProvenanceStep[] {
  return entry.provenance.map(({ inputFile, ...step }) => ({
    ...step,
    inputSha256: inputFile === null ? null : (sums.get(inputFile) ?? null),
  }));
}
