import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** One folder for all that tests make, those that are killed halfway included; gone when the run ends. */
export default function setUp(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "quantlab-tests-"));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
