import type { FileType, QuantizedType } from "@quantlab/core";

/** What llama.cpp's quantizer can be asked: `llama_model_quantize_params` and the two files. */
export interface QuantizeRequest {
  /** A GGUF file in F32, F16 or BF16. */
  readonly input: string;
  /** Not touched in a dry run. */
  readonly output: string;
  readonly type: FileType;
  /** One a performance core unless said (`defaultThreads`). */
  readonly threads?: number;
  /** A file that `llama-imatrix` or the lab wrote, in GGUF form. */
  readonly importanceMatrix?: string;
  /** Type of `output.weight`; where a model has none, of the embeddings that stand in for it. */
  readonly outputType?: QuantizedType;
  /** Type of the token embeddings. */
  readonly embeddingType?: QuantizedType;
  /**
   * Types of the tensors whose names a regular expression (ECMAScript) finds; the first that does counts. Unlike
   * llama-quantize, which passes over them there, they hold for the types F32, F16 and BF16 too.
   */
  readonly tensorTypes?: Readonly<Record<string, QuantizedType>>;
  /** Every tensor in the type's own, without the finer layers of its mix. */
  readonly pure?: boolean;
  /** Leave `output.weight` as it is. */
  readonly leaveOutput?: boolean;
  /** Take a quantized input, and with it the losses of both quantizations. */
  readonly allowRequantize?: boolean;
  /** Choose the types and work out the size, and write nothing. */
  readonly dryRun?: boolean;
}
