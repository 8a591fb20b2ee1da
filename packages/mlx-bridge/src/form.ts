import path from "node:path";
import {
  digestOf,
  type Json,
  type MlxQuantization,
  type ModelFile,
  parseMlxQuantization,
  UsageError,
  usualPieces,
} from "@quantlab/core";
import { calibrationSha256, calibrationText, type Form, requireDisk } from "@quantlab/model-store";
import { callEngine, pythonEnvironment } from "@quantlab/python-bridge";
import { mlxEngine } from "./engine.ts";

/** mlx-lm's learned methods are silent for as long as they take, hours for a large model, and hear no cancel. */
const limits = { requestMs: 24 * 60 * 60_000, cancelMs: 1000 };

/**
 * Models in MLX form: the weights of a Hugging Face folder, converted in MLX's environment. For a store:
 * `createStore({ forms: [mlxForm] })`. Learned methods learn from the calibration text that is given, or else from the
 * one that ships, never from test text.
 */
export const mlxForm: Form = {
  form: "mlx",
  async recipe({ ref, source: sourceOf, calibration: text }) {
    const quantization = parseMlxQuantization(ref.quantization);
    const calibration = await readCalibration(quantization, text);
    const source = await sourceOf();
    const version = await pythonEnvironment(mlxEngine).version();
    const settings = { ...settingsOf(quantization), ...calibration?.settings };
    const title = `convert ${ref.id} to ${ref.quantization}`;
    const step = quantization.bits === undefined ? "convert" : "quantize";
    return {
      ref,
      key: digestOf({ source: source.sha256, version, ...settings }),
      synthetic: source.synthetic,
      provenance: [
        ...source.provenance,
        { step, tool: "mlx-lm", version, settings, inputSha256: source.sha256 },
      ],
      async make(temporary, { signal, onProgress }) {
        await requireDisk(path.dirname(temporary), neededBytes(source, quantization), title);
        const request = requestOf(source.path, temporary, quantization, calibration);
        await callEngine(mlxEngine, "convert", request, {
          limits,
          ...(signal && { signal }),
          ...(onProgress && {
            onProgress: (progress) => onProgress({ ...progress, step: `${title}: ${progress.step}` }),
          }),
        });
        return null;
      },
    };
  },
};

interface Calibration {
  readonly file: string;
  /** What decides the result, for the key and the provenance. */
  readonly settings: {
    readonly calibrationSha256: string;
    readonly samples: number;
    readonly sequenceLength: number;
    /** Of the choice of pieces. */
    readonly seed: number;
  };
}

/** The text that ships is learned from where none is given, as importance matrices are: plain English. */
async function readCalibration(
  { learned, ...pieces }: MlxQuantization,
  text: string | null,
): Promise<Calibration | null> {
  if (learned === undefined) {
    if (text === null) return null;
    throw new UsageError(
      "rounding learns nothing from a text",
      "leave the calibration out, or name a method",
    );
  }
  const file = text ?? calibrationText;
  const { samples, sequenceLength } = { ...usualPieces, ...pieces };
  const settings = { calibrationSha256: await calibrationSha256(file), samples, sequenceLength, seed: 123 };
  return { file, settings };
}

function settingsOf({ bits, groupSize = 64, dataType, learned, exclude = [] }: MlxQuantization) {
  const plain = { dataType: dataType ?? "as in the source" };
  if (bits === undefined) return plain;
  return { ...plain, bits, groupSize, learned: learned ?? null, exclude: [...exclude].sort() };
}

function requestOf(
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
