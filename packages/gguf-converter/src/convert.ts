import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import {
  BadFileError,
  digestOf,
  type ModelFile,
  type ProvenanceStep,
  type ResolveOptions,
  UnavailableError,
} from "@quantlab/core";
import { llamaVersion } from "@quantlab/llama-capi";
import {
  describeFile,
  madeFolder,
  makeOnce,
  publicId,
  requireDisk,
  type Store,
  writeDescription,
} from "@quantlab/model-store";
import { runConverter } from "./run-converter.ts";
import { bitsOf, type GgufType } from "./types.ts";

/** Left out means the default. */
export interface ConvertSettings extends ResolveOptions {
  /** What the file calls the model; the converter makes a name of the folder's unless said. */
  readonly name?: string;
}

/**
 * The Hugging Face folder `source` as GGUF, converted unless that was done before with the same files, type and
 * release. Throws a BadFileError with the converter's last words for a folder that it does not take.
 */
export async function convertToGguf(
  store: Store,
  source: ModelFile,
  type: GgufType,
  options: ConvertSettings = {},
): Promise<ModelFile> {
  requireFolder(source);
  const step = stepOf(source, type, options);
  return makeOnce(
    store,
    {
      ref: { id: source.ref.id, form: "gguf", quantization: type },
      key: digestOf(step),
      provenance: [...source.provenance, step],
      async make(temporary, working) {
        await requireDisk(madeFolder(store, source.ref.id), neededBytes(source, type), titleOf(source, type));
        await runConverter(source.path, temporary, type, { ...options, ...working });
        return null;
      },
    },
    options,
  );
}

/** The same, written to a file of the user's with its history beside it. Throws a BadFileError where something lies. */
export async function convertToFile(
  source: ModelFile,
  type: GgufType,
  output: string,
  options: ConvertSettings = {},
): Promise<ModelFile> {
  requireFolder(source);
  if (existsSync(output))
    throw new BadFileError(output, "exists already", "move it away, or give another name with --output");
  const temporary = `${output}.${process.pid}.tmp`;
  await requireDisk(path.dirname(output), neededBytes(source, type), titleOf(source, type));
  const ref = { id: publicId(output, output), form: "gguf", quantization: type } as const;
  try {
    await mkdir(path.dirname(output), { recursive: true });
    await runConverter(source.path, temporary, type, options);
    const provenance = [...source.provenance, stepOf(source, type, options)];
    const made = await describeFile(temporary, ref, provenance, options);
    await writeDescription(output, made);
    await rename(temporary, output);
    return { ...made, path: output };
  } finally {
    await rm(temporary, { force: true });
  }
}

function stepOf(source: ModelFile, type: GgufType, { name }: ConvertSettings): ProvenanceStep {
  return {
    step: "convert",
    tool: "llama.cpp convert_hf_to_gguf.py",
    version: llamaVersion,
    settings: { type, name: name ?? null },
    inputSha256: source.sha256,
  };
}

function requireFolder({ ref, path: place }: ModelFile): void {
  if (ref.form === "hf") return;
  throw new UnavailableError(
    `${place} is no Hugging Face folder with full weights`,
    ref.form === "gguf" ? 'it is GGUF already: "pnpm lab quantize"' : "give the folder that it was made from",
  );
}

const titleOf = (source: ModelFile, type: GgufType) => `converting ${source.ref.id} to ${type}`;

/** An upper estimate: vectors stay in float32, the vocabulary goes along. */
function neededBytes(source: ModelFile, type: GgufType): number {
  return Math.ceil((source.parameters * (bitsOf[type] + 0.5)) / 8) + 32 * 2 ** 20;
}
