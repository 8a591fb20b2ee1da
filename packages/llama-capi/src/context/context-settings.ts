import { EngineError } from "@quantlab/core";
import type { NodeWatcher } from "../importance/node-watcher.ts";
import { type CacheType, cacheTypes } from "./cache-types.ts";

export interface ContextSettings {
  readonly contextSize: number;
  /** Most tokens of one decode call. */
  readonly batchSize: number;
  /** Tokens computed at once; buffers are sized for them. */
  readonly microBatchSize: number;
  readonly threads: number;
  readonly batchThreads: number;
  readonly flashAttention: "auto" | "on" | "off";
  readonly keyType: CacheType;
  readonly valueType: CacheType;
  /** Most rows of logits of one decode call; memory for them is reserved. 1 unless said. */
  readonly outputsMax?: number;
  /** Sequences that share the context in equal parts; 1 unless said. */
  readonly sequences?: number;
  /**
   * Gives texts as vectors instead of logits: by the pooling that the model's file names ("model"; the context then says
   * what that is), or by the mean of its tokens. A text must fit into a micro batch, and all its tokens are outputs.
   */
  readonly pooling?: "model" | "mean";
  /** Sees every tensor as it is computed; calls that compute then go tensor by tensor. */
  readonly watcher?: NodeWatcher;
}

/** llama.cpp's ways to make one vector of a text's tokens, in its order. */
export const poolings = ["none", "mean", "cls", "last", "rank"] as const;
export type Pooling = (typeof poolings)[number];

const flashAttentionTypes = { auto: -1, off: 0, on: 1 } as const;

/** The library's struct for `settings`, over its own defaults; timings are counted. */
export function contextParameters(defaults: object, settings: ContextSettings): object {
  return {
    ...defaults,
    n_ctx: settings.contextSize,
    n_batch: settings.batchSize,
    n_ubatch: settings.microBatchSize,
    n_seq_max: settings.sequences ?? 1,
    n_outputs_max: settings.outputsMax ?? 1,
    n_threads: settings.threads,
    n_threads_batch: settings.batchThreads,
    flash_attn_type: flashAttentionTypes[settings.flashAttention],
    type_k: cacheTypes[settings.keyType].type,
    type_v: cacheTypes[settings.valueType].type,
    embeddings: settings.pooling !== undefined,
    pooling_type: settings.pooling === "mean" ? poolings.indexOf("mean") : -1,
    cb_eval: settings.watcher?.pointer ?? null,
    no_perf: false,
  };
}

export function contextError(path: string, settings: ContextSettings, reason: string | null): EngineError {
  return new EngineError(
    "llama.cpp",
    `no context of ${settings.contextSize} tokens over ${path}: ${reason ?? "the library gave no reason"}`,
    "choose a smaller contextSize, or KV cache types that flash attention allows",
  );
}

/** An error for what llama_decode returned; 1 means that no room is left, -1 that the input is wrong. */
export function decodeError(code: number, tokens: number, contextSize: number): EngineError {
  if (code === 1) {
    return new EngineError(
      "llama.cpp",
      `${tokens} more tokens do not fit into the context of ${contextSize}`,
      "set a larger contextSize, or give a shorter prompt or fewer new tokens",
    );
  }
  return new EngineError(
    "llama.cpp",
    `decoding ${tokens} tokens failed with code ${code}`,
    code === -1
      ? "check that the token ids belong to this model"
      : "choose a smaller contextSize or batchSize",
  );
}
