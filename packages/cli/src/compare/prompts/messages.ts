import type { EngineInfo, Json, ModelFile, PromptComparison, PromptOutcome } from "@quantlab/core";
import type { Prompt } from "@quantlab/scoring";

/** What the process that holds both models is asked to do. */
export interface PromptsJob {
  readonly reference: ModelFile;
  readonly candidate: ModelFile;
  readonly backendOptions: Readonly<Record<string, Json>>;
  /** Their file, in messages. */
  readonly file: string;
  readonly prompts: readonly Prompt[];
  readonly newTokens: number;
  /** Places for a prompt and its answer; null: as many as the models were trained on. */
  readonly contextSize: number | null;
  readonly sameWithin: number;
}

/** The event "compared", after each prompt. */
export interface PromptNote {
  readonly done: number;
  readonly of: number;
  /** Mean divergence so far, in nats. */
  readonly kld: number;
}

export interface PromptsResult
  extends Pick<PromptComparison, "verdict" | "furtherPrompts" | "looks" | "total" | "promptIdsSha256"> {
  readonly prompts: readonly PromptOutcome[];
  readonly referenceEngine: EngineInfo;
  readonly candidateEngine: EngineInfo;
}
