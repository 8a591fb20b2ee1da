import type { EngineInfo, GenerateRequest, GenerateTrace, Json, ModelFile } from "@quantlab/core";

/** What the process that holds the engine is asked to do: one JSON document on its stdin. */
export interface GenerateJob {
  readonly backend: string;
  readonly backendOptions: Readonly<Record<string, Json>>;
  readonly model: ModelFile;
  readonly prompt: string;
  /** False: the prompt goes in as it is, without the model's chat template. */
  readonly chat: boolean;
  readonly newTokens: number;
  readonly sampling: GenerateRequest["sampling"];
  readonly stopAtEndOfText: boolean;
}

export interface GenerateResult {
  readonly text: string;
  readonly loadMs: number;
  readonly engine: EngineInfo;
  readonly trace: GenerateTrace;
}
