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

/** Tells on stderr, on one line, what goes on all the same. */
export function printWarning(message: string) {
  process.stderr.write(`${stderrStyle("yellow", "warning:")} ${oneLine(message)}\n`);
}

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, "; ");
