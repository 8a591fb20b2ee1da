import { readFileSync } from "node:fs";

/** What one of the system's files says, without white space around it; null where it is not there. */
export function systemText(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}
