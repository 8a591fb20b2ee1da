import { QuantlabError } from "../errors.ts";
import {
  formatGgufQuantization,
  fullTypes,
  type GgufQuantization,
  ggufFileTypes,
  parseGgufQuantization,
} from "./gguf.ts";
import { formatMlxQuantization, type MlxQuantization, mlxExamples, parseMlxQuantization } from "./mlx.ts";
import {
  dataTypes,
  formatTransformersQuantization,
  parseTransformersQuantization,
  type TransformersQuantization,
  transformersQuantizations,
} from "./transformers.ts";

/** The quantization of a local file or folder whose own type is to be used, whatever it is. */
export const asIs = "as-is";

/** What a quantization's name says. The form is null where the file or folder itself decides. */
export type ParsedQuantization =
  | GgufQuantization
  | TransformersQuantization
  | MlxQuantization
  | { readonly form: null };

/**
 * Parses a name of any form, whatever its case. Throws an UnknownNameError with the nearest name, or a UsageError for
 * a name that says something twice or that its library cannot make.
 */
export function parseQuantization(typed: string): ParsedQuantization {
  if (typed.toLowerCase() === asIs) return { form: null };
  if (typed.startsWith("mlx-")) return parseMlxQuantization(typed);
  const known = [...ggufFileTypes, ...transformersQuantizations, ...mlxExamples];
  return parseTransformersQuantization(typed) ?? parseGgufQuantization(typed, known);
}

/** The one way to write a quantization. */
export function formatQuantization(quantization: ParsedQuantization): string {
  switch (quantization.form) {
    case "gguf":
      return formatGgufQuantization(quantization);
    case "hf":
      return formatTransformersQuantization(quantization);
    case "mlx":
      return formatMlxQuantization(quantization);
    case null:
      return asIs;
  }
}

export type QuantizationFamily = "full" | "k" | "legacy" | "iq" | "other";

/** What comparing quantizations asks of one. */
export interface QuantizationFacts {
  /** The name without calibration and exceptions: "Q4_K_S", "mlx-4bit-g64". */
  readonly type: string;
  readonly family: QuantizationFamily;
  /** Whether the weights were found with the help of a calibration text: an importance matrix, AWQ, GPTQ, DWQ. */
  readonly calibrated: boolean;
  /** Tensor classes that have a type of their own: { attn: "Q4_K" }. */
  readonly classes: GgufQuantization["classes"];
}

/** The facts of a name; of one that nobody knows, as a file may have it, that it is of another family. */
export function quantizationFacts(name: string): QuantizationFacts {
  const facts = { type: name, family: familyOfType(name), calibrated: false, classes: {} };
  try {
    const parsed = parseQuantization(name);
    if (parsed.form === "gguf") {
      const { type, importanceMatrix: calibrated, classes } = parsed;
      return { type, family: familyOfType(type), calibrated, classes };
    }
    if (parsed.form !== "mlx" || parsed.learned === undefined) return facts;
    const { learned: _, samples: __, sequenceLength: ___, ...plain } = parsed;
    return { ...facts, type: formatMlxQuantization(plain), calibrated: true };
  } catch (error) {
    if (error instanceof QuantlabError) return facts;
    throw error;
  }
}

/** The family of a file type ("Q4_K_S"), of a tensor's type ("Q4_K") or of a data type ("mlx-bfloat16"). */
export function familyOfType(type: string): QuantizationFamily {
  if (fullTypes.includes(type) || dataTypes.some((name) => type.replace(/^mlx-/, "") === name)) return "full";
  if (/^Q\d_K(_[SML])?$/.test(type)) return "k";
  if (/^Q[458]_[01]$/.test(type)) return "legacy";
  return type.startsWith("IQ") ? "iq" : "other";
}

/** The bits of a weight that a type's name tells ("Q4_K_M": 4, "bfloat16": 16); its scales take more. */
export function bitsOfType(type: string): number {
  return Number(/\d+/.exec(type)?.[0] ?? Number.NaN);
}
