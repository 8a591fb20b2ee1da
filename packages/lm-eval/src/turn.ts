import type { Json } from "@quantlab/core";
import type { Judge } from "@quantlab/scoring";

/** What the harness wants to know next, or what it found; as `python/quantlab_lm_eval/dialogue.py` says it. */
export type Turn =
  | {
      readonly ask: "loglikelihood";
      readonly requests: readonly (readonly [context: string, continuation: string])[];
    }
  | {
      readonly ask: "generate_until";
      readonly requests: readonly (readonly [context: string, settings: GenerationSettings])[];
    }
  | {
      readonly ask: "judge";
      readonly requests: readonly (readonly [output: string, accept: readonly string[], judge: Judge])[];
    }
  | { readonly done: Json };

/** The part of the harness's generation settings that tasks of the lab use. */
export interface GenerationSettings {
  readonly until: readonly string[];
  readonly max_gen_toks: number;
}
