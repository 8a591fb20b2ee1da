import { transformersQuantizations } from "@quantlab/core";
import {
  type CatalogueEntry,
  type FileListing,
  listModels,
  listOwnModels,
  type ModelListing,
  type OwnListing,
} from "@quantlab/model-store";
import { formatBytes, formatCount } from "@quantlab/terminal";
import { formatTable } from "../frame/table.ts";
import type { Outcome } from "../frame/verb.ts";
import { wrapWords } from "../frame/words.ts";

/** `lab models list`: the catalogue and what of it is on this disk, then what was made from files of the user's. */
export async function list(): Promise<Outcome> {
  const [models, own] = [await listModels(), await listOwnModels()];
  const rows = [...models.map(toRow), ...own.map(toOwnRow)];
  return {
    data: {
      models: models.map(toData),
      own: own.map(({ id, onDisk }) => ({ id, onDisk: onDisk.map((file) => ({ ...file })) })),
    },
    text: [
      formatTable(["model", "kind", "parameters", "quantizations", "on disk"], rows),
      'Other quantizations are made from F16 or BF16 when they are asked for. Write a model as "sprout:Q4_K_M".\n' +
        `Transformers holds any Hugging Face folder as ${transformersQuantizations.join(", ")}: "sprout:float32", "./my-folder:bnb-nf4".\n`,
    ].join("\n"),
  };
}

const kinds = { shipped: "shipped", published: "hub", synthetic: "synthetic" } as const;

/** What a package index holds of it. */
const packagedIn = (entry: CatalogueEntry) => (entry.kind === "published" ? entry.packaged : undefined);

/** Whether the hub wants its licence accepted and a token sent. */
const isGated = (entry: CatalogueEntry) => entry.kind === "published" && entry.gated;

/** The quantizations that need no making, by form; a synthetic model has none and can be made in any. */
function offered(entry: CatalogueEntry): { gguf: string[]; hf: string[]; mlx: string[] } {
  if (entry.kind === "synthetic") return { gguf: [], hf: [], mlx: [] };
  const files = entry.kind === "shipped" ? [entry.gguf] : entry.gguf.map((source) => source.files);
  const packaged = packagedIn(entry)?.quantization ?? [];
  return {
    gguf: [...new Set(files.flatMap((byQuantization) => Object.keys(byQuantization)).concat(packaged))],
    hf: Object.keys(entry.hf),
    mlx: entry.kind === "published" ? Object.keys(entry.mlx) : [],
  };
}

function toData({ entry, onDisk }: ModelListing) {
  return {
    id: entry.id,
    title: entry.title,
    kind: kinds[entry.kind],
    synthetic: entry.kind === "synthetic",
    parameters: entry.parameters,
    license: entry.license,
    gated: isGated(entry),
    packaged: packagedIn(entry) !== undefined,
    context: entry.context,
    quantizations: offered(entry),
    onDisk: onDisk.map((file) => ({ ...file })),
  };
}

function toRow({ entry, onDisk }: ModelListing): string[] {
  const { gguf, hf, mlx } = offered(entry);
  const names = [...gguf, ...hf, ...mlx];
  return [
    entry.id,
    `${kinds[entry.kind]}${packagedIn(entry) ? ", pypi" : ""}${isGated(entry) ? ", gated" : ""}`,
    entry.parameters === null ? "-" : formatCount(entry.parameters),
    entry.kind === "synthetic" ? "made on demand" : wrapWords(names, 36),
    filesOf(onDisk),
  ];
}

function toOwnRow({ id, onDisk }: OwnListing): string[] {
  return [id, "yours", "-", "-", filesOf(onDisk)];
}

function filesOf(onDisk: readonly FileListing[]): string {
  const lines = onDisk.map(
    ({ quantization, bytes, origin }) => `${quantization} ${formatBytes(bytes)} ${origin}`,
  );
  return lines.join("\n") || "-";
}
