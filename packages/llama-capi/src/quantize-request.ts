import type { FileType, QuantizedType } from "@quantlab/core";

/** What llama.cpp's quantizer can be asked: `llama_model_quantize_params` and the two files. */
export interface QuantizeRequest {
  /** A GGUF file in F32, F16 or BF16. */
  readonly input: string;
  /** Not touched in a dry run. */
  readonly output: string;
  readonly type: FileType;
  /** All cores unless said. */
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
  /** Copy every tensor as it is; the type says nothing. */
  readonly onlyCopy?: boolean;
  /** Write as many parts as the input has; `output` is then what their names begin with. */
  readonly keepSplit?: boolean;
  /** Layers to leave out. */
  readonly pruneLayers?: readonly number[];
  /** Metadata that the output gets or has replaced; texts of at most 127 bytes. Whole numbers become u32. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
  /** Most bytes of one tensor's rows held in memory; 16 MiB a thread unless said. */
  readonly maxBufferBytes?: number;
  /** Choose the types and work out the size, and write nothing. */
  readonly dryRun?: boolean;
}
