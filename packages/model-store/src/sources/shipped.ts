import path from "node:path";
import {
  BadFileError,
  fullTypes,
  type ModelFile,
  type ModelRef,
  type ProvenanceStep,
  readSums,
} from "@quantlab/core";
import type { FindOptions } from "../artifacts/making.ts";
import { keepQuantized } from "../artifacts/quantization.ts";
import type { ShippedEntry } from "../catalogue/entries.ts";
import { describeFolder } from "../forms/folder.ts";
import { describeGguf, readModelGguf } from "../forms/gguf-file.ts";
import type { Store } from "../store.ts";
import { requireSha256 } from "../verification/checksums.ts";
import { withRemedy } from "../verification/remedies.ts";
import { storedFolder } from "./stored-folder.ts";

/** A file or folder of this repository, checked against its SHA256SUMS; other GGUF quantizations are made from it. */
export async function resolveShipped(
  store: Store,
  entry: ShippedEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  const place = path.join(store.root, entry.folder);
  const remedy = `restore it with "git checkout -- ${entry.folder}"`;
  const sums = await readSums(place, remedy);
  const steps = stepsOf(entry, sums);
  if (ref.form !== "gguf") {
    const folder = storedFolder(entry.hf, ref);
    for (const [file, sum] of sums)
      if (file.startsWith(`${folder}/`))
        await requireSha256(store, path.join(place, file), sum, remedy, options);
    // The last step made the GGUF from this folder.
    return describeFolder(store, path.join(place, folder), ref, steps.slice(0, -1), options);
  }
  const own = Object.hasOwn(entry.gguf, ref.quantization);
  const quantization = own ? ref.quantization : fullTypes.find((type) => Object.hasOwn(entry.gguf, type));
  const name = quantization && entry.gguf[quantization];
  if (!name) throw new Error(`the catalogue gives ${entry.id} no file with full weights`);
  const sha256 = sums.get(name);
  if (!sha256) throw new BadFileError(path.join(place, "SHA256SUMS"), `does not name ${name}`, remedy);
  const file = path.join(place, name);
  const gguf = withRemedy(remedy, () => readModelGguf(file));
  await requireSha256(store, file, sha256, remedy, options);
  const source = describeGguf(gguf, { ...ref, quantization }, sha256, steps);
  return own ? source : keepQuantized(store, ref, source, options);
}

function stepsOf(entry: ShippedEntry, sums: ReadonlyMap<string, string>): ProvenanceStep[] {
  return entry.provenance.map(({ inputFile, ...step }) => ({
    ...step,
    inputSha256: inputFile === null ? null : (sums.get(inputFile) ?? null),
  }));
}
