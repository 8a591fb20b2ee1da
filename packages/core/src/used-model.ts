import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { BadFileError } from "./errors.ts";
import { parseJson, writeFileAtomic } from "./files.ts";
import { usedModelFile } from "./paths.ts";

const remedy = 'name the model again: "pnpm lab use <model>"';

/** The model that experiments take when none is said, as `useModel` kept it; null for their own. Throws a BadFileError. */
export function usedModel(): string | null {
  if (!existsSync(usedModelFile)) return null;
  const kept = parseJson(readFileSync(usedModelFile, "utf8"), usedModelFile, remedy);
  const model = (kept as { model?: unknown } | null)?.model;
  if (typeof model === "string" && model !== "") return model;
  throw new BadFileError(usedModelFile, "names no model", remedy);
}

/** Keeps the model that experiments take: a name of the catalogue or an absolute path; null for their own again. */
export async function useModel(model: string | null): Promise<void> {
  if (model === null) await rm(usedModelFile, { force: true });
  else await writeFileAtomic(usedModelFile, `${JSON.stringify({ model })}\n`);
}
