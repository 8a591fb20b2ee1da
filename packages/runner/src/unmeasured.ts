import { accessError, type Block, QuantlabError } from "@quantlab/core";
import { noGuards } from "./guards/block-guards.ts";

/** Which block it is, whatever comes of it. */
export type BlockIdentity = Pick<Block, "arm" | "scenario" | "index" | "coldStart" | "model">;

/** A block that has no figures, and why. */
export function unmeasured(identity: BlockIdentity, status: "skipped" | "failed", reason: string): Block {
  return {
    ...identity,
    status,
    reason,
    engine: null,
    memory: null,
    overheadMs: null,
    guards: noGuards(),
    sample: null,
  };
}

/** An error as one line: what is wrong and what to do. */
export function reasonOf(thrown: unknown): string {
  const error = accessError(thrown);
  const { message } = error instanceof Error ? error : { message: String(error) };
  const remedy = error instanceof QuantlabError && error.remedy ? `; ${error.remedy}` : "";
  return `${message}${remedy}`.replace(/\s*\n\s*/g, " ");
}
