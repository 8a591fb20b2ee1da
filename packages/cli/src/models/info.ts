import { formatModelRef, type Json, type ModelFile, restoredFrom } from "@quantlab/core";
import { store } from "@quantlab/engines";
import { type Metadata, readGguf } from "@quantlab/llama-capi";
import { type ModelInfo, modelInfo } from "@quantlab/model-store";
import { formatBytes, formatCount } from "@quantlab/terminal";
import { formatTable } from "../frame/table.ts";
import type { Outcome } from "../frame/verb.ts";
import { groupTable, printable, tensorGroups, tensorList, tensorTable } from "./tensor-tables.ts";

export interface InfoOptions {
  /** Every tensor by name, not only in groups. */
  readonly tensors?: boolean;
}

/** `lab models info`: what a file is made of and where it came from; a model not on disk shows what is known. */
export async function info(reference: string, options: InfoOptions = {}): Promise<Outcome> {
  const found = await modelInfo(reference, store);
  const gguf = found.file?.ref.form === "gguf" ? readGguf(found.file.path) : null;
  const metadata = gguf && toJson(gguf.metadata);
  const groups = gguf && tensorGroups(gguf.tensors);
  const all = options.tensors && gguf ? gguf.tensors : null;
  const parts = [
    overview(found),
    types(found),
    groups && !all && groupTable(groups),
    all && tensorTable(all),
    provenance(found),
    listed(metadata),
  ];
  return {
    data: {
      ...found,
      tensorGroups: groups,
      ...(all && { tensors: tensorList(all) }),
      metadata,
    } as unknown as Json,
    text: parts.filter(Boolean).join("\n"),
  };
}

function overview({ ref, catalogue, file, header }: ModelInfo): string {
  const facts: (readonly [string, string | null | undefined])[] = [
    ["model", `${formatModelRef(ref)}${catalogue ? ` (${catalogue.title})` : ""}`],
    ["license", catalogue?.license],
    ["weights", weightsOf(file)],
    ["file", file ? file.path : `not on disk; get it with: pnpm lab models pull ${formatModelRef(ref)}`],
    [
      "held as",
      file?.ref.form === "hf" ? `${file.ref.quantization}, made by the loader of what lies on disk` : null,
    ],
    ["size", file && formatBytes(file.bytes)],
    ["sha256", file?.sha256],
    ["parameters", formatParameters(file?.parameters ?? catalogue?.parameters ?? null)],
    ["bits per weight", file?.bitsPerWeight.toFixed(3)],
    ["architecture", header?.architecture && printable(header.architecture)],
    ["context", text(header?.context ?? catalogue?.context)],
    ["layers", text(header?.layers)],
    ["hidden size", text(header?.hidden)],
    ["vocabulary", text(header?.vocabulary)],
    ["chat template", header && (header.chatTemplate === null ? "none" : "in the file")],
  ];
  const lines = facts
    .filter(([, value]) => value != null)
    .map(([name, value]) => `${name.padEnd(16)} ${value}`);
  return `${lines.join("\n")}\n`;
}

function weightsOf(file: ModelFile | null): string | null {
  if (file?.synthetic) return "synthetic: random, for speed and memory only";
  const from = file && restoredFrom(file);
  return from ? `restored from ${from}: what that quantization lost stays lost` : null;
}

function types({ header }: ModelInfo): string {
  if (!header) return "";
  const rows = header.tensors.map(({ type, count, bytes }) => [type, String(count), formatBytes(bytes)]);
  return formatTable(["tensor type", "count", "size"], rows);
}

function provenance({ file }: ModelInfo): string {
  if (!file || file.provenance.length === 0) return "";
  const rows = file.provenance.map(({ step, tool, version, settings, inputSha256 }) => [
    step,
    `${tool} ${version}`,
    settingLines(settings),
    inputSha256 === null ? "-" : `${inputSha256.slice(0, 12)}…`,
  ]);
  return formatTable(["history", "tool", "settings", "from sha256"], rows);
}

/** One setting a line; those that are null were not used. */
function settingLines(settings: Json): string {
  if (typeof settings !== "object" || settings === null) return shortened(JSON.stringify(settings));
  const used = Object.entries(settings).filter(([, value]) => value !== null);
  return used.map(([name, value]) => shortened(`${name} ${textOf(value)}`)).join("\n");
}

/** Digests are shortened, as they are in the column beside. */
function textOf(value: Json): string {
  const text =
    typeof value === "string" ? printable(value) : printable(JSON.stringify(value)).replaceAll('\\"', '"');
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
}

function listed(metadata: Readonly<Record<string, Json>> | null): string {
  if (!metadata) return "";
  const rows = Object.entries(metadata).map(([key, value]) => [
    printable(key),
    shortened(typeof value === "string" ? printable(value) : JSON.stringify(value)),
  ]);
  return formatTable(["metadata", ""], rows);
}

/** Lists stand as their type and length; 64-bit numbers that JSON cannot hold exactly become text. */
function toJson(metadata: Metadata): Record<string, Json> {
  const plain = [...metadata].map(([key, value]): [string, Json] => {
    if (typeof value === "bigint")
      return [key, Number.isSafeInteger(Number(value)) ? Number(value) : String(value)];
    if (typeof value === "number" && !Number.isFinite(value)) return [key, String(value)];
    return [key, typeof value === "object" ? `${value.length} × ${value.list}` : value];
  });
  return Object.fromEntries(plain);
}

const longestShown = 80;
const shortened = (value: string) =>
  value.length > longestShown ? `${value.slice(0, longestShown)}…` : value;

const text = (value: number | null | undefined) => (value == null ? null : String(value));
const formatParameters = (count: number | null) =>
  count === null ? null : `${formatCount(count)} (${count})`;
