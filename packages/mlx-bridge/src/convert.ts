import { digestOf, type Json, type ModelFile, type ModelRef, type ResolveOptions } from "@quantlab/core";
import { madeFolder, makeOnce, type Recipe, requireDisk, type Store } from "@quantlab/model-store";
import { callEngine, pythonEnvironment } from "@quantlab/python-bridge";
import type { Calibration } from "./calibration.ts";
import { mlxEngine } from "./engine.ts";
import type { MlxQuantization } from "./quantization.ts";

/** mlx-lm's learned methods are silent for as long as they take, hours for a large model, and hear no cancel. */
const limits = { silenceMs: 24 * 60 * 60_000, cancelMs: 1000 };

/**
 * The source's weights in MLX form, converted in MLX's environment unless that was done before with the same source,
 * settings and version.
 */
export async function convertOnce(
  store: Store,
  ref: ModelRef,
  source: ModelFile,
  quantization: MlxQuantization,
  calibration: Calibration | null,
  options: ResolveOptions,
): Promise<ModelFile> {
  const version = await pythonEnvironment(mlxEngine).version();
  const settings = { ...settingsOf(quantization), ...calibration?.settings };
  const step = `convert ${ref.id} to ${ref.quantization}`;
  const recipe: Recipe = {
    ref,
    key: digestOf({ source: source.sha256, version, ...settings }),
    synthetic: source.synthetic,
    provenance: [
      ...source.provenance,
      {
        step: quantization.bits === undefined ? "convert" : "quantize",
        tool: "mlx-lm",
        version,
        settings,
        inputSha256: source.sha256,
      },
    ],
    async make(temporary, { signal, onProgress }) {
      await requireDisk(madeFolder(store, ref.id), neededBytes(source, quantization), step);
      await callEngine(mlxEngine, "convert", paramsOf(source.path, temporary, quantization, calibration), {
        limits,
        ...(signal && { signal }),
        ...(onProgress && {
          onProgress: (progress) => onProgress({ ...progress, step: `${step}: ${progress.step}` }),
        }),
      });
      return null;
    },
  };
  return makeOnce(store, recipe, options);
}

function settingsOf({ bits, groupSize = 64, dataType, learned, exclude = [] }: MlxQuantization) {
  const plain = { dataType: dataType ?? "as in the source" };
  if (bits === undefined) return plain;
  return { ...plain, bits, groupSize, learned: learned ?? null, exclude: [...exclude].sort() };
}

function paramsOf(
  source: string,
  destination: string,
  { bits, groupSize = 64, dataType, learned, exclude = [] }: MlxQuantization,
  calibration: Calibration | null,
): Json {
  const { calibrationSha256: _, ...pieces } = calibration?.settings ?? {};
  const quantization = bits !== undefined && {
    // The mix decides the bits layer by layer; what it leaves open has mlx-lm's usual 4.
    bits: typeof bits === "number" ? bits : 4,
    recipe: typeof bits === "number" ? null : bits,
    groupSize,
    exclude,
    learned: learned && calibration ? { method: learned, calibration: calibration.file, ...pieces } : null,
  };
  return { source, destination, dataType: dataType ?? null, quantization: quantization || null } as Json;
}

/** An upper estimate: scales and offsets take at most 2 bits a weight, modules left out stay as they are. */
function neededBytes(source: ModelFile, { bits, dataType, exclude }: MlxQuantization): number {
  const full = dataType === "float32" ? 32 : dataType === undefined ? source.bitsPerWeight : 16;
  const most = bits === undefined || exclude?.length ? full : (typeof bits === "number" ? bits : 6) + 2;
  const beside = source.bytes - (source.parameters * source.bitsPerWeight) / 8;
  return Math.ceil(beside + (source.parameters * Math.max(most, 4)) / 8);
}
