import { withoutCredentials } from "@quantlab/core";
import { stderrStyle } from "./style.ts";

/** Tells on stderr what is wrong, on one line, and what to do about it on the next. */
export function printError({
  message,
  remedy,
}: {
  readonly message: string;
  readonly remedy: string | null;
}) {
  process.stderr.write(`${stderrStyle("red", "error:")} ${oneLine(message)}\n`);
  if (remedy) process.stderr.write(`${oneLine(remedy)}\n`);
}

/** Tells on stderr what must be known of figures that stand. */
export function printWarning(text: string): void {
  process.stderr.write(`${stderrStyle("yellow", "warning:")} ${oneLine(text)}\n`);
}

/** Tells on stderr what was done that nobody typed. */
export function printNote(text: string): void {
  process.stderr.write(`${stderrStyle("dim", oneLine(text))}\n`);
}

const oneLine = (text: string) => withoutCredentials(text).replace(/\s*\n\s*/g, "; ");
