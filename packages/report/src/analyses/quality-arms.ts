import {
  type ArmResult,
  type Metric,
  type NamedAnalysis,
  type QuantizationFacts,
  quantizationFacts,
  type Result,
} from "@quantlab/core";
import { metricOf } from "./analysis.ts";

type Measured = Extract<Metric, { readonly value: number }>;

/** An arm whose weights differ from the reference's, and by how much its predictions do. */
export interface QualityArm {
  readonly name: string;
  readonly arm: ArmResult;
  readonly form: QuantizationFacts;
  /** Bytes of the weights; see `weightSize`. */
  readonly bytes: number;
  /** Mean divergence from the reference, a value a chunk. */
  readonly loss: Measured;
}

/** Fewer are told one by one. */
const many = 4;

/**
 * Every measured arm beside the reference that has a loss and a size, in the definition's order; none where there are
 * too few. Settings: `loss`, `size`, and `held` as in `weightSize`.
 */
export function qualityArms(result: Result, named: NamedAnalysis): QualityArm[] {
  const { name: lossName } = metricOf(named, "loss");
  const arms = Object.entries(result.arms).flatMap(([name, arm]): QualityArm[] => {
    const [size, loss] = [weightSize(arm, named), arm.metrics[lossName]];
    if (name === result.baseline || size === null || !loss || loss.value === null) return [];
    if (!(loss.value > 0) || arm.quantization === null) return [];
    return [{ name, arm, form: quantizationFacts(arm.quantization), bytes: size.bytes, loss }];
  });
  return arms.length < many ? [] : arms;
}

/** An engine that quantizes while it loads reads a file that is much larger than what it keeps. */
const quantizedAtLoad = 0.9;

/**
 * What the weights take by the metric `size`, or, where `held` is set, by that metric of engines that quantize while
 * they load (bitsandbytes). Null where neither was measured.
 */
export function weightSize(
  { metrics }: ArmResult,
  named: NamedAnalysis,
  size = "size",
): { bytes: number; held: boolean } | null {
  const file = metrics[metricOf(named, size).name]?.value ?? null;
  const held = named.held === undefined ? null : (metrics[metricOf(named, "held").name]?.value ?? null);
  if (file === null) return null;
  return held !== null && held < quantizedAtLoad * file
    ? { bytes: held, held: true }
    : { bytes: file, held: false };
}
