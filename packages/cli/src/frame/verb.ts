import type { Json } from "@quantlab/core";
import type { Command } from "commander";

/** What a verb has to say: `data` for `--json`, `text` for people. */
export interface Outcome {
  readonly data: Json;
  /** Whole lines for stdout; empty when the verb has already streamed its output. */
  readonly text: string;
  /** What must be known of the figures; a line each on stderr. Null: nothing to say. */
  readonly warnings?: readonly (string | null)[];
  /** 1 when the command did its work and the answer is "no": a doctor that found something broken. */
  readonly exitCode?: 0 | 1;
  /** What went wrong once the work was done, such as writing its file: told behind what was found, which is not lost. */
  readonly failure?: unknown;
}

export interface VerbContext {
  readonly json: boolean;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Wraps a verb's body into what commander calls; the frame prints its outcome. */
export type Act = <Arguments extends readonly unknown[]>(
  body: (context: VerbContext, ...values: Arguments) => Promise<Outcome>,
) => (...values: Arguments) => Promise<void>;

/** A verb's folder has a `verb.ts` that exports this: it declares arguments and options, and what they do. */
export interface VerbModule {
  /** In the list that `lab --help` prints. */
  readonly summary: string;
  declare(command: Command, act: Act): void;
}
