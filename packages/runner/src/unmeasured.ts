import { type Block, QuantlabError } from "@quantlab/core";
import { noGuards } from "./guards/block-guards.ts";

/** A block that has no figures, and why. */
export function withoutRun(
  identity: Pick<Block, "arm" | "index" | "coldStart" | "model">,
  status: "skipped" | "failed",
  reason: string,
): Block {
  return {
    ...identity,
    status,
    reason,
    engine: null,
    loadMs: null,
    warmups: [],
    generations: [],
    memory: null,
    cpu: null,
    overheadMs: null,
    guards: noGuards(),
    outputText: null,
    scores: null,
    answers: null,
  };
}

/** An error as one line: what is wrong and what to do. */
export function reasonOf(error: unknown): string {
  const { message } = error instanceof Error ? error : { message: String(error) };
  const remedy = error instanceof QuantlabError && error.remedy ? `; ${error.remedy}` : "";
  return `${message}${remedy}`.replace(/\s*\n\s*/g, " ");
}
