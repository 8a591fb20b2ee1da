import {
  formatQuantization,
  fromUser,
  type GgufQuantization,
  isPath,
  type Json,
  type ModelFile,
  requireMakeable,
} from "@quantlab/core";
import {
  type Quantized,
  type QuantizeRequest,
  type Quantizer,
  quantizeInOwnProcess,
} from "@quantlab/llama-capi";
import { resolveModel, type TensorOptions, tensorTypesOf, writeQuantized } from "@quantlab/model-store";
import { formatBytes, ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { describeFallbacks } from "./fallbacks.ts";
import { type QuantizeOptions, tensorOptions } from "./options.ts";
import { namesFrom, type Target, targetsOf } from "./targets.ts";

interface QuantizeContext extends VerbContext {
  /** A process for the first file. */
  readonly quantizer?: Quantizer | undefined;
}

/** `lab quantize`: one file after the other, each whole or not there. */
export async function quantizeCommand(
  context: QuantizeContext,
  reference: string,
  options: QuantizeOptions,
): Promise<Outcome> {
  const names = namesFrom(options.to, options.imatrix !== undefined);
  if (!options.dryRun) names.forEach(requireMakeable);
  const types = tensorOptions(options);
  const settingsOf = (name: GgufQuantization) => ({ ...types, ...givenOptions(name, options) });
  const likely = likelyRequest(names[0]!, reference, settingsOf(names[0]!));
  if (likely) context.quantizer?.expect({ ...likely, ...(options.dryRun && { dryRun: true }) });
  using progress = new ProgressLine();
  const source = await resolveModel(reference, { signal: context.signal, onProgress: progress.step });
  const targets = targetsOf(names, source, reference, options.output);
  const made: Made[] = [];
  for (const [index, target] of targets.entries()) {
    const quantizer = index === 0 ? context.quantizer : undefined;
    const settings = settingsOf(target.name);
    const listening = { ...context, progress, quantizer };
    made.push(await make(source, target, settings, options.dryRun ?? false, listening));
  }
  return {
    data: { source: source.path, dryRun: options.dryRun ?? false, files: made.map(toData) },
    text: made.map(toText).join(""),
  };
}

/**
 * What the first file's process will be asked, as far as that can be known before the source is looked at: it makes
 * ready meanwhile. Null where a matrix or the source's tensors decide.
 */
function likelyRequest(
  name: GgufQuantization,
  reference: string,
  settings: Settings,
): QuantizeRequest | null {
  const unknown = name.importanceMatrix && settings.importanceMatrix === undefined;
  if (unknown || Object.keys(name.classes).length > 0 || !isPath(reference)) return null;
  return { ...settings, input: fromUser(reference), output: "", type: name.type };
}

type Settings = TensorOptions & Pick<QuantizeRequest, "importanceMatrix" | "threads">;

interface Made {
  readonly quantization: string;
  readonly path: string;
  readonly bytes: number;
  readonly bitsPerWeight: number;
  /** Null in a dry run. */
  readonly sha256: string | null;
  /** Null when the very same file was there already. */
  readonly quantized: Quantized | null;
}

async function make(
  source: ModelFile,
  { name, output }: Target,
  own: Settings,
  dryRun: boolean,
  { signal, progress, quantizer }: QuantizeContext & { readonly progress: ProgressLine },
): Promise<Made> {
  const quantization = formatQuantization(name);
  if (dryRun) {
    const tensorTypes = tensorTypesOf(name, source, own.tensorTypes);
    const quantized = await quantizeInOwnProcess({
      ...own,
      ...(tensorTypes && { tensorTypes }),
      input: source.path,
      output,
      type: name.type,
      dryRun: true,
      signal,
      quantizer,
    });
    const { fileBytes: bytes, bitsPerWeight } = quantized;
    return { quantization, path: output, bytes, bitsPerWeight, sha256: null, quantized };
  }
  const request = { ...own, quantizer, signal, onProgress: progress.step };
  const { model, quantized } = await writeQuantized(source, name, output, request);
  const { bytes, bitsPerWeight, sha256 } = model;
  return { quantization, path: output, bytes, bitsPerWeight, sha256, quantized };
}

/** What `name` is made with beyond its tensors' types. */
function givenOptions(
  { importanceMatrix }: GgufQuantization,
  { imatrix, threads }: QuantizeOptions,
): Settings {
  return {
    ...(importanceMatrix && imatrix !== undefined && { importanceMatrix: fromUser(imatrix) }),
    ...(threads !== undefined && { threads }),
  };
}

function toData({ quantized, ...file }: Made): Json {
  const types = Map.groupBy(quantized?.tensors ?? [], ({ to }) => to);
  return {
    ...file,
    alreadyThere: quantized === null,
    tensorTypes: Object.fromEntries([...types].map(([type, tensors]) => [type, tensors.length])),
    fallbacks: (quantized?.fallbacks ?? []).map((fallback) => ({ ...fallback })),
  };
}

function toText({ quantization, path, bytes, bitsPerWeight, sha256, quantized }: Made): string {
  const digest = sha256 === null ? "" : `  sha256 ${sha256}`;
  const there = quantized === null ? "  was there already" : "";
  const size = `${formatBytes(bytes)}  ${bitsPerWeight.toFixed(3)} bits per weight`;
  return `${quantization}  ${size}${digest}${there}\n${path}\n${describeFallbacks(quantized?.fallbacks ?? [])}`;
}
