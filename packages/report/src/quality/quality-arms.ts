import {
  type ArmResult,
  type Metric,
  type QuantizationFacts,
  quantizationFacts,
  type Result,
} from "@quantlab/core";

type Measured = Extract<Metric, { readonly value: number }>;

/** An arm whose weights differ from the reference's, and by how much its predictions do. */
export interface QualityArm {
  readonly name: string;
  readonly arm: ArmResult;
  readonly form: QuantizationFacts;
  /** Bytes of the weights; see `weightSize`. */
  readonly bytes: number;
  /** Mean divergence from the reference, a value a chunk. */
  readonly divergence: Measured;
}

/** Every measured arm beside the reference that has a divergence and a size, in the definition's order. */
export function qualityArms(result: Result): QualityArm[] {
  return Object.entries(result.arms).flatMap(([name, arm]): QualityArm[] => {
    const [size, divergence] = [weightSize(arm), arm.metrics.kldMean];
    if (name === result.baseline || size === null || !divergence || divergence.value === null) return [];
    if (!(divergence.value > 0)) return [];
    return [{ name, arm, form: quantizationFacts(arm.quantization), bytes: size.bytes, divergence }];
  });
}

/** An engine that quantizes while it loads reads a file that is much larger than what it keeps. */
const quantizedAtLoad = 0.9;

/**
 * What the weights take: the model's file, or what the engine holds where it quantizes while it loads (bitsandbytes).
 * Null where neither was measured.
 */
export function weightSize({ metrics }: ArmResult): { bytes: number; held: boolean } | null {
  const [file, held] = [metrics.modelBytes?.value ?? null, metrics.weightBytes?.value ?? null];
  if (file === null) return null;
  return held !== null && held < quantizedAtLoad * file
    ? { bytes: held, held: true }
    : { bytes: file, held: false };
}
