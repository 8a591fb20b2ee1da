import { fromUser, type Json, UsageError } from "@quantlab/core";
import { calibrationSha256, calibrationText } from "@quantlab/model-store";

/** What learned quantizations learn from. Left out means mlx-lm's own default. */
export interface CalibrationOptions {
  /** Path of a text; the shipped model has one that is used unless said. Never test text. */
  readonly calibration?: string;
  /** Pieces of the text; 128 unless said, fewer where the text has fewer. */
  readonly samples?: number;
  /** Tokens of a piece; 512 unless said. */
  readonly sequenceLength?: number;
  /** Of the choice of pieces; 123 unless said. */
  readonly seed?: number;
}

export interface Calibration {
  readonly file: string;
  /** What decides the result, for the key and the provenance. */
  readonly settings: {
    readonly calibrationSha256: string;
    readonly samples: number;
    readonly sequenceLength: number;
    readonly seed: number;
  } & Readonly<Record<string, Json>>;
}

/** Texts that ship for calibration, by the model that was trained on their like. */
const shipped: Readonly<Record<string, string>> = { sprout: calibrationText };

/** Throws a UsageError where the model has no text of its own and none is given, and for test text. */
export async function readCalibration(id: string, options: CalibrationOptions): Promise<Calibration> {
  const own = Object.hasOwn(shipped, id) ? shipped[id]! : null;
  const file = options.calibration === undefined ? own : fromUser(options.calibration);
  if (file === null)
    throw new UsageError(
      `learning a quantization of ${id} takes a text to learn from`,
      "give the path of a text in the model's language as calibration",
    );
  const { samples = 128, sequenceLength = 512, seed = 123 } = options;
  return {
    file,
    settings: { calibrationSha256: await calibrationSha256(file), samples, sequenceLength, seed },
  };
}
