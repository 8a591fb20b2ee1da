import { type CatalogueEntry, listModels, type ModelListing } from "@quantlab/model-store";
import { formatBytes, formatCount } from "../frame/amounts.ts";
import { formatTable, wrapWords } from "../frame/table.ts";
import type { Outcome } from "../frame/verb.ts";

/** `lab models list`: the catalogue, and which of its files are on this disk. */
export async function list(): Promise<Outcome> {
  const models = await listModels();
  return {
    data: { models: models.map(toData) },
    text: [
      formatTable(["model", "kind", "parameters", "quantizations", "on disk"], models.map(toRow)),
      'Other quantizations are made from F16 or BF16 when they are asked for. Write a model as "sprout:Q4_K_M".\n',
    ].join("\n"),
  };
}

const kinds = { shipped: "shipped", published: "hub", synthetic: "synthetic" } as const;

/** Whether the hub wants its licence accepted and a token sent. */
const isGated = (entry: CatalogueEntry) => entry.kind === "published" && entry.gated;

/** The quantizations that need no making, by form; a synthetic model has none and can be made in any. */
function offered(entry: CatalogueEntry): { gguf: string[]; hf: string[]; mlx: string[] } {
  if (entry.kind === "synthetic") return { gguf: [], hf: [], mlx: [] };
  const files = entry.kind === "shipped" ? [entry.gguf] : entry.gguf.map((source) => source.files);
  return {
    gguf: [...new Set(files.flatMap((byQuantization) => Object.keys(byQuantization)))],
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
    `${kinds[entry.kind]}${isGated(entry) ? ", gated" : ""}`,
    entry.parameters === null ? "-" : formatCount(entry.parameters),
    entry.kind === "synthetic" ? "made on demand" : wrapWords(names, 36),
    onDisk
      .map(({ quantization, bytes, origin }) => `${quantization} ${formatBytes(bytes)} ${origin}`)
      .join("\n") || "-",
  ];
}
