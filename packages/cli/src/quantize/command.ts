import {
  formatQuantization,
  fromUser,
  type GgufQuantization,
  type Json,
  type ModelFile,
  type ResolveOptions,
  requireMakeable,
} from "@quantlab/core";
import { type Quantized, type QuantizeRequest, quantizeInOwnProcess } from "@quantlab/llama-capi";
import { resolveModel, type TensorOptions, tensorTypesOf, writeQuantized } from "@quantlab/model-store";
import { formatBytes, ProgressLine } from "@quantlab/terminal";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { describeFallbacks } from "./fallbacks.ts";
import { type QuantizeOptions, tensorOptions } from "./options.ts";
import { namesFrom, type Target, targetsOf } from "./targets.ts";

/** `lab quantize`: one file after the other, each whole or not there. */
export async function quantizeCommand(
  { signal }: VerbContext,
  reference: string,
  options: QuantizeOptions,
): Promise<Outcome> {
  const names = namesFrom(options.to, options.imatrix !== undefined);
  if (!options.dryRun) names.forEach(requireMakeable);
  const types = tensorOptions(options);
  using progress = new ProgressLine();
  const listening = { signal, onProgress: progress.step };
  const source = await resolveModel(reference, listening);
  const targets = targetsOf(names, source, options.output);
  const made: Made[] = [];
  for (const target of targets) {
    const settings = { ...types, ...givenOptions(target.name, options) };
    made.push(await make(source, target, settings, options.dryRun ?? false, listening));
  }
  return {
    data: { source: source.path, dryRun: options.dryRun ?? false, files: made.map(toData) },
    text: made.map(toText).join(""),
  };
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
  listening: Required<ResolveOptions>,
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
      signal: listening.signal,
    });
    const { fileBytes: bytes, bitsPerWeight } = quantized;
    return { quantization, path: output, bytes, bitsPerWeight, sha256: null, quantized };
  }
  const { model, quantized } = await writeQuantized(source, name, output, { ...own, ...listening });
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
