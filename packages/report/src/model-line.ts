import type { Result } from "@quantlab/core";
import { code } from "./markdown.ts";
import { formatNumber } from "./numbers.ts";

/** What the model is, and what must be known of its weights before a figure is read. */
export function modelLine({ model, parameters, synthetic, restoredFrom }: Result): string {
  const size = parameters === undefined ? "" : `, ${formatNumber(parameters / 1e6)}M parameters`;
  const weights = synthetic
    ? ", random weights of a real shape: speed and memory mean something, words do not"
    : restoredFrom
      ? `, its full weights restored from ${restoredFrom}: what that cost is in no figure, and types on its grid lose less than they would of the original`
      : "";
  return `${code(model)}${size}${weights}.`;
}
