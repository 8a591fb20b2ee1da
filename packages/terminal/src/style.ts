import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Colour for stdout; plain text when it is no terminal or NO_COLOR is set. */
export const stdoutStyle = (format: Format, text: string) =>
  styleText(format, text, { stream: process.stdout });

/** Colour for stderr; plain text when it is no terminal or NO_COLOR is set. */
export const stderrStyle = (format: Format, text: string) =>
  styleText(format, text, { stream: process.stderr });
