import type { EngineInfo, Json, ModelFile } from "@quantlab/core";
import type { DivergenceStatistics, Estimate } from "@quantlab/shared-metrics";

/** What the process that holds the engines is asked to do. */
export interface PerplexityJob {
  readonly model: ModelFile;
  readonly reference: ModelFile | null;
  readonly backendOptions: Readonly<Record<string, Json>>;
  /** Absolute. */
  readonly file: string;
  readonly chunkSize: number;
  /** Null: all of the text. */
  readonly chunks: number | null;
}

/** After each chunk; the perplexity of the text so far. */
export interface ChunkNote {
  readonly done: number;
  readonly chunks: number;
  readonly perplexity: number;
}

export interface PerplexityResult {
  readonly textSha256: string;
  readonly textTokens: number;
  readonly chunks: number;
  readonly scoredTokens: number;
  readonly scoredBytes: number;
  readonly perplexity: Estimate;
  readonly bitsPerByte: Estimate;
  readonly divergence: DivergenceStatistics | null;
  readonly engine: EngineInfo;
  readonly referenceEngine: EngineInfo | null;
  readonly loadMs: number;
  readonly scoreMs: number;
  /** Of the process that read the text, and of llama.cpp in it: Python engines have processes of their own. */
  readonly peakRssBytes: number;
}
