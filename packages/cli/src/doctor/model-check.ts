import { readFile } from "node:fs/promises";
import { QuantlabError, sha256 } from "@quantlab/core";
import { resolveModel } from "@quantlab/model-store";
import { formatBytes, formatCount } from "@quantlab/terminal";
import { type Check, fail, ok } from "./check.ts";

/** The model of this repository: there, well-formed, and byte for byte what was shipped. */
export async function checkShippedModel(): Promise<Check[]> {
  const name = "model";
  const remedy = 'restore it with "git checkout -- models/sprout"';
  try {
    const file = await resolveModel("sprout:F16");
    // Read again in full: a verification that is remembered would not see a flipped bit.
    const found = sha256(await readFile(file.path));
    const size = `${formatCount(file.parameters)} parameters, ${formatBytes(file.bytes)}`;
    if (found === file.sha256) return [ok(name, `sprout:F16, ${size}, checksum right`)];
    return [fail(name, `${file.path} is damaged: its sha256 is ${found}, not ${file.sha256}`, remedy)];
  } catch (thrown) {
    const known = thrown instanceof QuantlabError ? thrown : null;
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    return [fail(name, problem, known?.remedy ?? remedy)];
  }
}
