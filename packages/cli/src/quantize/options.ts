import { UnknownNameError, UsageError } from "@quantlab/core";
import { type QuantizedType, quantizedTypes } from "@quantlab/llama-capi";
import type { TensorOptions } from "@quantlab/model-store";

/** As commander gives them. */
export interface QuantizeOptions {
  readonly to: string;
  readonly output?: string;
  readonly imatrix?: string;
  readonly tensorType?: Readonly<Record<string, QuantizedType>>;
  readonly outputTensorType?: QuantizedType;
  readonly tokenEmbeddingType?: QuantizedType;
  readonly leaveOutputTensor?: boolean;
  readonly pure?: boolean;
  readonly allowRequantize?: boolean;
  readonly dryRun?: boolean;
  readonly threads?: number;
}

/** Reads a tensor type; case does not count. */
export function tensorTypeFrom(flag: string): (typed: string) => QuantizedType {
  return (typed) => {
    const known = Object.keys(quantizedTypes) as QuantizedType[];
    const match = known.find((name) => name.toLowerCase() === typed.toLowerCase());
    if (match === undefined)
      throw new UnknownNameError(`${flag.replace(/^--/, "").replaceAll("-", " ")}`, typed, known);
    return match;
  };
}

/** Adds "ffn_down=Q6_K" to what was given before it. */
export function addTensorType(
  typed: string,
  before: Readonly<Record<string, QuantizedType>> = {},
): Readonly<Record<string, QuantizedType>> {
  const at = typed.lastIndexOf("=");
  const [pattern, type] = [typed.slice(0, at), typed.slice(at + 1)];
  if (at < 1 || type === "")
    throw new UsageError(
      `--tensor-type "${typed}" is not an expression and a type`,
      'write it as in --tensor-type "ffn_down=Q6_K"',
    );
  if (Object.hasOwn(before, pattern))
    throw new UsageError(`--tensor-type gives "${pattern}" a type twice`, "give it once");
  return { ...before, [pattern]: tensorTypeFrom("--tensor-type")(type) };
}

/** The options that the quantizer itself is asked with, without those that were not given. */
export function tensorOptions(options: QuantizeOptions): TensorOptions {
  return {
    ...(options.tensorType && { tensorTypes: options.tensorType }),
    ...(options.outputTensorType && { outputType: options.outputTensorType }),
    ...(options.tokenEmbeddingType && { embeddingType: options.tokenEmbeddingType }),
    ...(options.leaveOutputTensor && { leaveOutput: true }),
    ...(options.pure && { pure: true }),
    ...(options.allowRequantize && { allowRequantize: true }),
  };
}
