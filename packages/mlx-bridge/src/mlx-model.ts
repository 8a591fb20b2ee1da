import { type ModelFile, type ModelSource, type ResolveOptions, UsageError } from "@quantlab/core";
import { asIs, defaultStore, fullWeights, model, type Store } from "@quantlab/model-store";
import { type CalibrationOptions, readCalibration } from "./calibration.ts";
import { convertOnce } from "./convert.ts";
import { formatMlxName, type MlxQuantization, parseMlxName } from "./quantization.ts";

/**
 * A model in MLX form, as an experiment's arm names it: `mlxModel("sprout", "mlx-4bit-g64")`, or with the settings
 * themselves: `mlxModel("sprout", { bits: 4, exclude: ["embed_tokens"] })`. The id is one of the catalogue or a folder
 * of the user's. What the hub has ready by that name, or the folder is already, is used; otherwise it is converted once
 * from the Hugging Face form and kept. Unknown names throw when it is named, what cannot be had when it is resolved.
 */
export function mlxModel(
  id: string,
  quantization: string | MlxQuantization,
  options: CalibrationOptions = {},
  store: Store = defaultStore,
): ModelSource {
  const wanted = typeof quantization === "string" ? parseMlxName(quantization) : quantization;
  const name = formatMlxName(wanted);
  if (wanted.learned === undefined && Object.keys(options).length > 0)
    throw new UsageError(`${name} learns nothing from a text`, "leave the calibration out, or name a method");
  const named = model(id, name, store);
  return {
    ref: named.ref,
    resolve: (resolveOptions = {}) =>
      isReady(id, name, store)
        ? named.resolve(resolveOptions)
        : convert(id, named, wanted, options, store, resolveOptions),
    of(reference) {
      // For its refusals: an arm keeps its own quantization.
      named.of(reference);
      return mlxModel(reference, wanted, options, store);
    },
  };
}

async function convert(
  id: string,
  { ref }: ModelSource,
  wanted: MlxQuantization,
  options: CalibrationOptions,
  store: Store,
  resolveOptions: ResolveOptions,
): Promise<ModelFile> {
  const calibration = wanted.learned === undefined ? null : await readCalibration(id, options);
  const source = await fullWeights(id, store).resolve(resolveOptions);
  return convertOnce(store, ref, source, wanted, calibration, resolveOptions);
}

/** On the hub in this very form, or a folder of the user's that MLX packed already. */
function isReady(id: string, name: string, store: Store): boolean {
  const entry = store.catalogue().models.find((known) => known.id === id);
  if (entry) return entry.kind === "published" && Object.hasOwn(entry.mlx, name);
  return model(id, asIs, store).ref.form === "mlx";
}
