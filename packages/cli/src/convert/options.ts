import {
  type DataType,
  formatQuantization,
  fromUser,
  type LearnedMethod,
  type MlxMix,
  type MlxQuantization,
  parseMlxQuantization,
  UsageError,
} from "@quantlab/core";

/** The flags of `lab convert`, as commander hands them over. */
export interface ConvertOptions {
  readonly to: string;
  readonly output?: string;
  readonly modelName?: string;
  readonly bits?: number;
  readonly groupSize?: number;
  readonly mix?: string;
  readonly dtype?: string;
  readonly method?: string;
  readonly exclude?: string;
  readonly calibration?: string;
  readonly samples?: number;
}

const mlxFlags = {
  bits: "--bits",
  groupSize: "--group-size",
  mix: "--mix",
  dtype: "--dtype",
  method: "--method",
  exclude: "--exclude",
  calibration: "--calibration",
  samples: "--samples",
} as const;

export interface MlxWanted {
  readonly quantization: string;
  /** Path of a text to learn from. */
  readonly calibration?: string;
}

/**
 * What MLX is to make, from "--to mlx" with its flags or a whole name ("mlx-4bit-g64"); null where GGUF is wanted.
 * Flags that mean nothing there are refused.
 */
export function mlxWanted(options: ConvertOptions): MlxWanted | null {
  const { calibration, samples, modelName } = options;
  const to = options.to.toLowerCase();
  const given = (Object.keys(mlxFlags) as (keyof typeof mlxFlags)[]).filter(
    (flag) => options[flag] !== undefined,
  );
  if (!/^mlx\b/.test(to)) {
    if (given.length > 0)
      throw new UsageError(
        `${mlxFlags[given[0]!]} says how MLX packs, and --to is ${options.to}`,
        "give --to mlx",
      );
    return null;
  }
  if (modelName !== undefined)
    throw new UsageError("a folder in MLX form holds no name of the model", "leave --model-name out");
  const packing = given.find((flag) => flag !== "calibration" && flag !== "samples");
  if (to !== "mlx" && packing)
    throw new UsageError(
      `--to ${options.to} says all already`,
      `leave ${mlxFlags[packing]} out, or give --to mlx`,
    );
  const quantization = to === "mlx" ? quantizationFrom(options) : parseMlxQuantization(to);
  return {
    quantization: formatQuantization({ ...quantization, ...(samples === undefined ? {} : { samples }) }),
    ...(calibration === undefined ? {} : { calibration: fromUser(calibration) }),
  };
}

function quantizationFrom(options: ConvertOptions): MlxQuantization {
  const { bits, mix, groupSize, dtype, method, exclude } = options;
  if (bits !== undefined && mix !== undefined)
    throw new UsageError("--bits and --mix both say how many bits", "give one of them");
  const packed = mix === undefined ? bits : (mix.replace("-", "_") as MlxMix);
  return {
    form: "mlx",
    ...(packed === undefined ? {} : { bits: packed }),
    ...(packed === undefined && dtype === undefined ? { dataType: "bfloat16" as const } : {}),
    ...(dtype === undefined ? {} : { dataType: dtype as DataType }),
    ...(groupSize === undefined ? {} : { groupSize }),
    ...(method === undefined ? {} : { learned: method as LearnedMethod }),
    ...(exclude === undefined ? {} : { exclude: exclude.split(",") }),
  };
}
