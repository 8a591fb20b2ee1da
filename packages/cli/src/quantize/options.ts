import { ggufTensorTypes, knownName, type QuantizedType, UsageError } from "@quantlab/core";
import type { TensorOptions } from "@quantlab/model-store";

/** As commander gives them. */
export interface QuantizeOptions {
  readonly to: string;
  readonly output?: string;
  readonly imatrix?: string;
  /** As typed, each "regex=type". */
  readonly tensorType?: readonly string[];
  readonly outputTensorType?: string;
  readonly tokenEmbeddingType?: string;
  readonly leaveOutputTensor?: boolean;
  readonly pure?: boolean;
  readonly allowRequantize?: boolean;
  readonly dryRun?: boolean;
  readonly threads?: number;
}

/** Reads a tensor type; case does not count. */
function tensorTypeFrom(flag: string, typed: string): QuantizedType {
  return knownName(flag.replace(/^--/, "").replaceAll("-", " "), typed, ggufTensorTypes);
}

/** Reads each "ffn_down=Q6_K", in the order in which they count. */
function tensorTypesFrom(all: readonly string[]): Readonly<Record<string, QuantizedType>> {
  const types: Record<string, QuantizedType> = {};
  for (const typed of all) {
    const at = typed.lastIndexOf("=");
    const [pattern, type] = [typed.slice(0, at), typed.slice(at + 1)];
    if (at < 1 || type === "")
      throw new UsageError(
        `--tensor-type "${typed}" is not an expression and a type`,
        'write it as in --tensor-type "ffn_down=Q6_K"',
      );
    if (Object.hasOwn(types, pattern))
      throw new UsageError(`--tensor-type gives "${pattern}" a type twice`, "give it once");
    types[pattern] = tensorTypeFrom("--tensor-type", type);
  }
  return types;
}

/** The options that the quantizer itself is asked with, without those that were not given. */
export function tensorOptions(options: QuantizeOptions): TensorOptions {
  const { tensorType, outputTensorType, tokenEmbeddingType } = options;
  return {
    ...(tensorType && { tensorTypes: tensorTypesFrom(tensorType) }),
    ...(outputTensorType && { outputType: tensorTypeFrom("--output-tensor-type", outputTensorType) }),
    ...(tokenEmbeddingType && {
      embeddingType: tensorTypeFrom("--token-embedding-type", tokenEmbeddingType),
    }),
    ...(options.leaveOutputTensor && { leaveOutput: true }),
    ...(options.pure && { pure: true }),
    ...(options.allowRequantize && { allowRequantize: true }),
  };
}
