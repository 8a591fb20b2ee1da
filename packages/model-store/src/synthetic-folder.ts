import { digestOf, type ModelFile, type ModelRef, UnavailableError } from "@quantlab/core";
import type { SyntheticEntry } from "./catalogue-types.ts";
import type { FindOptions } from "./find.ts";
import { madeFolder, makeOnce } from "./made.ts";
import { requireDisk } from "./space.ts";
import type { Store } from "./store.ts";
import { generatorVersion } from "./synthetic/write.ts";
import { planFolder, writeSyntheticFolder } from "./synthetic/write-folder.ts";

const folderDataType = "bfloat16";

/** Models that are written in quantized types directly are too large; rows of other shapes would need reordering. */
function isWrittenAsFolder({ quantized, shape }: SyntheticEntry): boolean {
  return quantized === "derived" && shape.architecture === "qwen2";
}

/** The Hugging Face folder of a synthetic model, in bfloat16 with the values of its F16 file. */
export async function resolveSyntheticFolder(
  store: Store,
  entry: SyntheticEntry,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  const { id, shape, seed } = entry;
  if (!isWrittenAsFolder(entry)) {
    throw new UnavailableError(
      `${id} is made only as GGUF files, not as ${ref.quantization}`,
      "take synthetic/qwen2.5-0.5b, which is made in every form",
    );
  }
  const settings = { seed, type: folderDataType, shape: { ...shape } };
  const made = await makeOnce(
    store,
    {
      ref: { ...ref, quantization: folderDataType },
      synthetic: true,
      key: digestOf({ id, form: "hf", generatorVersion, ...settings }),
      provenance: [
        {
          step: "synthesise",
          tool: "quantlab synthetic writer",
          version: generatorVersion,
          settings: { ...settings, weights: "the values of the same model's F16 file, in bfloat16 exactly" },
          inputSha256: null,
        },
      ],
      async make(temporary, { signal, onProgress }) {
        const step = `write ${id} as a Hugging Face folder`;
        const { bytes } = planFolder(entry);
        await requireDisk(madeFolder(store, id), bytes, step);
        await writeSyntheticFolder(temporary, entry, {
          signal,
          onBytes: (done) => onProgress?.({ step, done, total: bytes, unit: "bytes" }),
        });
        return null;
      },
    },
    options,
  );
  return { ...made, ref };
}
