import type { Block, Progress } from "@quantlab/core";

/** What a run tells while it goes on. */
export type RunEvent =
  /** Something that stays to be read. */
  | { readonly type: "note"; readonly text: string }
  /** What is going on now. */
  | { readonly type: "doing"; readonly text: string }
  /** A long step of making an arm ready. */
  | { readonly type: "progress"; readonly what: string; readonly progress: Progress }
  | { readonly type: "block-started"; readonly turn: TurnPlace; readonly leftMs: number | null }
  | { readonly type: "block-ended"; readonly turn: TurnPlace; readonly block: Block };

/** Where a block stands in the run, from 1. */
export interface TurnPlace {
  readonly arm: string;
  readonly scenario: string;
  readonly position: number;
  readonly of: number;
  readonly block: number;
  readonly blocks: number;
}

export type Tell = (event: RunEvent) => void;
