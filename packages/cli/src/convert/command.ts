import { statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { digestOf, fromUser, type Json, knownName, type ModelFile } from "@quantlab/core";
import { store } from "@quantlab/engines";
import { conversionTypes, ggufConversion } from "@quantlab/gguf-converter";
import {
  keepModel,
  resolveFullWeights,
  resolveHubFolder,
  resolveModel,
  writeModel,
} from "@quantlab/model-store";
import { formatBytes, formatCount, ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { type ConvertOptions, type MlxWanted, mlxWanted } from "./options.ts";

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
  const type = knownName("GGUF type", options.to, conversionTypes);
  const source = await sourceOf(typed, working);
  const recipe = ggufConversion(source, type, options.modelName ?? titleOf(typed));
  return options.output === undefined
    ? keepModel(store, recipe, working)
    : writeModel(store, recipe, fromUser(options.output), working);
}

async function toMlx(
  typed: string,
  { quantization, ...calibration }: MlxWanted,
  { output }: ConvertOptions,
  working: Working,
): Promise<ModelFile> {
  const id = isRepository(typed) ? (await sourceOf(typed, working)).path : typed;
  const reference = `${isFolder(id) ? asPath(id) : id}:${quantization}`;
  const made = await resolveModel(reference, { ...working, ...calibration, store });
  if (output === undefined) return made;
  const copy = {
    ...made,
    key: digestOf(made.sha256),
    async make(temporary: string) {
      await cp(made.path, temporary, { recursive: true });
      return null;
    },
  };
  return writeModel(store, copy, fromUser(output), working);
}

/** A folder of the user's, a model of the catalogue, or a repository of the hub. */
function sourceOf(typed: string, working: Working): Promise<ModelFile> {
  if (isRepository(typed)) return resolveHubFolder(typed, { ...working, store });
  return resolveFullWeights(isFolder(typed) ? asPath(typed) : typed, { ...working, store });
}

/** "owner/name" that is neither a folder nor a model of the catalogue. */
function isRepository(typed: string): boolean {
  const looksLikeOne = /^[\w-][\w.-]*\/[\w.-]+$/.test(typed) && !typed.startsWith("synthetic/");
  return looksLikeOne && !isFolder(typed) && titleOf(typed) === undefined;
}

function titleOf(typed: string): string | undefined {
  return isFolder(typed) ? undefined : store.catalogue().models.find(({ id }) => id === typed)?.title;
}

function isFolder(typed: string): boolean {
  return statSync(fromUser(typed), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** "models/mine" as "./models/mine": ids of the catalogue hold slashes too. */
function asPath(typed: string): string {
  return /^(\.{1,2}|~)?[\\/]/.test(typed) ? typed : `./${typed}`;
}
