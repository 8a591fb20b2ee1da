import { UnknownNameError, UsageError } from "../errors.ts";
import { closest } from "../suggest.ts";
import { type DataType, dataTypes } from "./transformers.ts";

/**
 * How weights are stored in MLX form. A name says all of it: "mlx-bfloat16", "mlx-4bit-g64", "mlx-mixed-3-6-g64",
 * "mlx-4bit-g64-float32-dwq-16x64".
 */
export interface MlxQuantization {
  readonly form: "mlx";
  /** Of all that is not quantized, and so of what is computed in; as in the source unless said. */
  readonly dataType?: DataType;
  /** Of each weight, or one of mlx-lm's mixes of two, such as "3_6"; full weights unless said. */
  readonly bits?: number | MlxMix;
  /** Weights that share a scale and an offset; 64 unless said. */
  readonly groupSize?: number;
  /** Modules that keep full weights: "embed_tokens", "mlp.down_proj". */
  readonly exclude?: readonly string[];
  /** How quantized weights are found; by rounding unless said. */
  readonly learned?: LearnedMethod;
  /** Pieces of the calibration text that are learned from; 128 unless said, fewer where the text has fewer. */
  readonly samples?: number;
  /** Tokens of a piece; 512 unless said. */
  readonly sequenceLength?: number;
}

const mixes = ["2_6", "3_4", "3_6", "4_6"] as const;
export type MlxMix = (typeof mixes)[number];
export type LearnedMethod = "awq" | "gptq" | "dwq";

const bitCounts: readonly number[] = [2, 3, 4, 5, 6, 8];
const groupSizes = [32, 64, 128];
/** GPTQ packs with its own code, DWQ trains nothing at 8 bits; both as mlx-lm has them. */
const learnedBits: Readonly<Record<LearnedMethod, readonly number[]>> = {
  awq: bitCounts,
  gptq: [2, 4, 8],
  dwq: bitCounts.filter((bits) => bits < 8),
};
/** What mlx-lm learns from. */
export const usualPieces = { samples: 128, sequenceLength: 512 };

/** Names to suggest. */
export const mlxExamples: readonly string[] = [
  ...dataTypes.map((type) => `mlx-${type}`),
  ...bitCounts.map((bits) => `mlx-${bits}bit-g64`),
  ...mixes.map((mix) => `mlx-mixed-${mix.replace("_", "-")}-g64`),
  "mlx-4bit-g64-float32",
  "mlx-4bit-g64-awq",
  "mlx-4bit-g64-awq-16x64",
  "mlx-4bit-g64-without-embed_tokens",
];

const plainName = /^mlx-(?<type>float32|bfloat16|float16)$/;
const packedName =
  /^mlx-(?:(?<bits>\d+)bit|mixed-(?<low>\d)-(?<high>\d))-g(?<group>\d+)(?:-(?<type>float32|bfloat16|float16))?(?:-(?<learned>awq|gptq|dwq)(?:-(?<samples>[1-9]\d*)x(?<length>[1-9]\d*))?)?(?:-without-(?<exclude>\w[\w.]*(?:\+\w[\w.]*)*))?$/;

/** What a name says, checked; throws an UnknownNameError or, for what MLX cannot do, a UsageError. */
export function parseMlxQuantization(name: string): MlxQuantization {
  const plain = plainName.exec(name)?.groups;
  if (plain) return { form: "mlx", dataType: plain.type as DataType };
  const packed = packedName.exec(name)?.groups;
  if (!packed) throw new UnknownNameError("quantization", name, mlxExamples);
  return requireMlx({
    form: "mlx",
    bits: packed.bits === undefined ? (`${packed.low}_${packed.high}` as MlxMix) : Number(packed.bits),
    groupSize: Number(packed.group),
    ...(packed.type && { dataType: packed.type as DataType }),
    ...(packed.learned && { learned: packed.learned as LearnedMethod }),
    ...(packed.samples && { samples: Number(packed.samples), sequenceLength: Number(packed.length) }),
    ...(packed.exclude && { exclude: packed.exclude.split("+") }),
  });
}

/** The name of settings, with the group size spelled out; settings that agree have one name. */
export function formatMlxQuantization(quantization: MlxQuantization): string {
  const { bits, groupSize = 64, dataType, learned, exclude = [] } = requireMlx(quantization);
  if (bits === undefined) return `mlx-${dataType}`;
  const { samples, sequenceLength } = { ...usualPieces, ...quantization };
  const isUsual = samples === usualPieces.samples && sequenceLength === usualPieces.sequenceLength;
  const packing = typeof bits === "number" ? `${bits}bit` : `mixed-${bits.replace("_", "-")}`;
  const pieces = learned && !isUsual ? `${samples}x${sequenceLength}` : null;
  const without = exclude.length > 0 ? `without-${[...new Set(exclude)].sort().join("+")}` : null;
  return ["mlx", packing, `g${groupSize}`, dataType, learned, pieces, without].filter(Boolean).join("-");
}

/** Returns the settings, or throws a UsageError that says what MLX can do instead. */
function requireMlx(quantization: MlxQuantization): MlxQuantization {
  const { bits, groupSize, dataType, learned, exclude, samples, sequenceLength } = quantization;
  if (dataType !== undefined) requireOneOf("the data type", dataType, dataTypes);
  if (learned === undefined && (samples ?? sequenceLength) !== undefined)
    throw new UsageError(
      "pieces of a text are given, and no method that learns",
      `leave them out, or name one of ${Object.keys(learnedBits).join(", ")}`,
    );
  if (bits === undefined) {
    if (dataType === undefined) throw new UsageError("an MLX model needs a data type or a number of bits");
    if (groupSize !== undefined || learned || exclude?.length)
      throw new UsageError(`mlx-${dataType} quantizes nothing`, "leave out group size, method and modules");
    return quantization;
  }
  requireOneOf<number | MlxMix>("the number of bits", bits, typeof bits === "number" ? bitCounts : mixes);
  if (groupSize !== undefined) requireOneOf("the group size", groupSize, groupSizes);
  const bad = exclude?.find((name) => !/^\w[\w.]*$/.test(name));
  if (bad !== undefined)
    throw new UsageError(`"${bad}" is no name of a module`, 'write it as "embed_tokens" or "mlp.down_proj"');
  if (learned === undefined) return quantization;
  requireOneOf("the method", learned, Object.keys(learnedBits));
  if (typeof bits !== "number" || !learnedBits[learned].includes(bits))
    throw new UsageError(
      `mlx-lm has no ${learned.toUpperCase()} with ${bits} bits`,
      `choose one of ${learnedBits[learned].join(", ")}`,
    );
  if (exclude?.length)
    throw new UsageError(
      `mlx-lm's ${learned.toUpperCase()} leaves no modules out`,
      "leave out the modules or the method",
    );
  return quantization;
}

function requireOneOf<T extends string | number>(what: string, value: T, allowed: readonly T[]): void {
  if (allowed.includes(value)) return;
  const nearest = closest(String(value), allowed.map(String));
  throw new UsageError(
    `${what} is ${value}`,
    `${nearest ? `did you mean ${nearest}? ` : ""}MLX has ${allowed.join(", ")}`,
  );
}
