import { readFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError, type ModelFile, type ModelRef, type ProvenanceStep } from "@quantlab/core";
import type { ShippedEntry } from "./catalogue-types.ts";
import { derive } from "./derive.ts";
import { describeGguf, readModelGguf } from "./describe.ts";
import type { FindOptions } from "./find.ts";
import { sourceTypes } from "./quantizations.ts";
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
  const quantization = own ? ref.quantization : sourceTypes.find((type) => Object.hasOwn(entry.gguf, type));
  const name = quantization && entry.gguf[quantization];
  if (!name) throw new Error(`the catalogue gives ${entry.id} no file with full weights`);
  const file = path.join(folder, name);
  const remedy = `restore it with "git checkout -- ${entry.folder}"`;
  const sums = await readSums(path.join(folder, "SHA256SUMS"), remedy);
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

/** File names and their sha256 from the output of sha256sum. */
async function readSums(file: string, remedy: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new BadFileError(file, "cannot be read", remedy, cause);
  });
  const lines = text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm);
  return new Map([...lines].map(([, sum, name]) => [name!.replace(/^\.\//, ""), sum!]));
}
