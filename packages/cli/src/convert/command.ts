import { statSync } from "node:fs";
import { cp, rename, rm, stat } from "node:fs/promises";
import { fromUser, type Json, type ModelFile, type ModelSource, UsageError } from "@quantlab/core";
import { convertToFile, convertToGguf, ggufType } from "@quantlab/gguf-converter";
import { type CalibrationOptions, type MlxQuantization, mlxModel } from "@quantlab/mlx-bridge";
import { defaultStore, fullWeights, hubFolder, writeDescription } from "@quantlab/model-store";
import { formatBytes, formatCount, ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { type ConvertOptions, mlxWanted } from "./options.ts";

/** Converts a Hugging Face folder and tells where the result lies. */
export async function convertCommand(
  { signal }: VerbContext,
  typed: string,
  options: ConvertOptions,
): Promise<Outcome> {
  const mlx = mlxWanted(options);
  using progress = new ProgressLine();
  const working = { signal, onProgress: progress.step };
  const model = mlx ? await toMlx(typed, mlx, options, working) : await toGguf(typed, options, working);
  const { ref, path, sha256, bytes, parameters, bitsPerWeight, synthetic, provenance } = model;
  const facts = { ...ref, path, sha256, bytes, parameters, bitsPerWeight, synthetic };
  return {
    data: { model: facts, provenance: provenance.map((step) => ({ ...step })) as Json },
    text: `${path}\n${ref.quantization}, ${formatCount(parameters)} parameters, ${bitsPerWeight.toFixed(2)} bits each, ${formatBytes(bytes)}\n`,
  };
}

type Working = { readonly signal: AbortSignal; readonly onProgress: ProgressLine["step"] };

async function toGguf(typed: string, options: ConvertOptions, working: Working): Promise<ModelFile> {
  const type = ggufType(options.to);
  const source = await sourceOf(typed).resolve(working);
  const name = options.modelName ?? titleOf(typed);
  const settings = { ...working, ...(name === undefined ? {} : { name }) };
  if (options.output === undefined) return convertToGguf(defaultStore, source, type, settings);
  return convertToFile(source, type, fromUser(options.output), settings);
}

async function toMlx(
  typed: string,
  wanted: { readonly quantization: MlxQuantization; readonly calibration: CalibrationOptions },
  { output }: ConvertOptions,
  working: Working,
): Promise<ModelFile> {
  const id = isRepository(typed) ? (await hubFolder(typed).resolve(working)).path : typed;
  const folder = isFolder(id) ? asPath(id) : id;
  const made = await mlxModel(folder, wanted.quantization, wanted.calibration).resolve(working);
  if (output === undefined) return made;
  const copy = { ...made, path: fromUser(output) };
  await copyFolder(made.path, copy.path);
  await writeDescription(copy.path, copy);
  return copy;
}

/** A folder of the user's, a model of the catalogue, or a repository of the hub. */
function sourceOf(typed: string): ModelSource {
  if (isFolder(typed)) return fullWeights(asPath(typed));
  return isRepository(typed) ? hubFolder(typed) : fullWeights(typed);
}

/** "owner/name" that is neither a folder nor a model of the catalogue. */
function isRepository(typed: string): boolean {
  const looksLikeOne = /^[\w-][\w.-]*\/[\w.-]+$/.test(typed) && !typed.startsWith("synthetic/");
  return looksLikeOne && !isFolder(typed) && titleOf(typed) === undefined;
}

function titleOf(typed: string): string | undefined {
  return isFolder(typed) ? undefined : defaultStore.catalogue().models.find(({ id }) => id === typed)?.title;
}

function isFolder(typed: string): boolean {
  return statSync(fromUser(typed), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** "models/mine" as "./models/mine": ids of the catalogue hold slashes too. */
function asPath(typed: string): string {
  return /^(\.{1,2}|~)?[\\/]/.test(typed) ? typed : `./${typed}`;
}

/** Appears under its name only when whole; what lies there is never mixed with it. */
async function copyFolder(from: string, to: string): Promise<void> {
  if ((await stat(to).catch(() => null)) !== null)
    throw new UsageError(`${to} is there already`, "give -o the name of a new folder");
  const temporary = `${to}.${process.pid}.tmp`;
  try {
    await cp(from, temporary, { recursive: true });
    await rename(temporary, to);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
