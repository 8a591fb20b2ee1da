import type { BlockContext } from "@quantlab/core";

/** A block whose runner looks at nothing of it, but for what a test does look at. */
export const unwatchedBlock = (watched: Partial<BlockContext> = {}): BlockContext => ({
  phase: async () => {},
  alive() {},
  note() {},
  problem() {},
  ran() {},
  holder() {},
  spent() {},
  budgetMs: Number.MAX_SAFE_INTEGER,
  signal: new AbortController().signal,
  ...watched,
});
