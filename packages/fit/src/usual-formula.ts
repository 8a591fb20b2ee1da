import { bitsOfType, forecastCacheBytes } from "@quantlab/core";
import type { Observation } from "./observations.ts";
import { readBytes } from "./speed.ts";

/** What estimators put on top for everything that they do not count. */
const margin = 1.2;

/**
 * Memory as calculators on the web work it out: (parameters × the type's nominal bits / 8 + keys and values) × 1.2. Null where
 * the parameters or the type are not known.
 */
export function usualMemory({
  parameters,
  quantization,
  forecast,
}: Pick<Observation, "parameters" | "quantization" | "forecast">): number | null {
  const bits = quantization === null ? Number.NaN : bitsOfType(quantization);
  if (parameters === null || Number.isNaN(bits)) return null;
  return ((parameters * bits) / 8 + forecastCacheBytes(forecast)) * margin;
}

/** Decode speed as it is worked out on paper: the memory's traffic, of which a copy moves each byte twice, over what is read. */
export function usualSpeed({
  copySpeed,
  forecast,
}: Pick<Observation, "copySpeed" | "forecast">): number | null {
  return copySpeed === null ? null : (2 * copySpeed) / readBytes(forecast);
}
