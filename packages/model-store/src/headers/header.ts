import { mkdir, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { modelSlug, parseGgufQuantization, type ResolveOptions } from "@quantlab/core";
import { fileTypes } from "@quantlab/llama-capi";
import type { CatalogueEntry, Shape } from "../catalogue/entries.ts";
import { parseTarget, type Target } from "../references/reference.ts";
import { findTarget } from "../references/resolution.ts";
import { HubError } from "../sources/hub/errors.ts";
import { hubSettings } from "../sources/hub/settings.ts";
import { publishedGguf } from "../sources/published.ts";
import { mixNames } from "../sources/synthetic/mix.ts";
import { planSynthetic } from "../sources/synthetic/write.ts";
import type { Store } from "../store.ts";
import { fetchHeader } from "./remote-header.ts";

/** A GGUF file that may hold nothing behind its header: what a model's memory is worked out from. */
export interface Header {
  readonly file: string;
  /** The model's own file, the beginning of the published one, or planned from its dimensions, with a made-up vocabulary. */
  readonly from: "disk" | "hub" | "plan";
}

export interface HeaderOptions extends ResolveOptions {
  /** Of a model that is not on disk, what is tried, in this order: the hub, then a plan, unless said. A plan asks nobody. */
  readonly ways?: readonly ("hub" | "plan")[];
}

/**
 * The header of a GGUF model without a download of its weights: its file where it is on disk, else the beginning of the
 * published one or a plan in `folder`. Null where none of these can be had.
 */
export async function headerOf(
  store: Store,
  reference: string,
  folder: string,
  { ways = ["hub", "plan"], ...options }: HeaderOptions = {},
): Promise<Header | null> {
  const target = parseTarget(store, reference);
  const found = await findTarget(store, target);
  if (found) return { file: found.path, from: "disk" };
  const by = {
    hub: () => fromHub(store, target, options),
    plan: async () => target.entry && plannedHeader(target.entry, target.ref.quantization, folder),
  };
  for (const from of ways) {
    const file = await by[from]();
    if (file) return { file, from };
  }
  return null;
}

async function fromHub(
  store: Store,
  { entry, ref }: Target,
  options: ResolveOptions,
): Promise<string | null> {
  const published = entry?.kind === "published" ? publishedGguf(entry, ref.quantization) : null;
  if (!published) return null;
  const folder = path.join(store.folder, "headers", modelSlug(ref.id));
  try {
    return await fetchHeader(hubSettings(), folder, published, options);
  } catch (error) {
    if (error instanceof HubError && error.unreachable) return null;
    throw error;
  }
}

/** A header as llama.cpp's quantizer would make it, from the catalogue's dimensions; null where it has none, or not that type. */
export async function plannedHeader(
  entry: CatalogueEntry,
  quantization: string,
  folder: string,
): Promise<string | null> {
  const shape: Shape | undefined = "shape" in entry ? entry.shape : undefined;
  const { type } = parseGgufQuantization(quantization);
  if (!shape || quantization !== type || !mixNames.includes(type)) return null;
  const { header, bytes } = planSynthetic({
    id: entry.id,
    shape,
    seed: 0,
    fileType: type,
    fileTypeNumber: fileTypes[type],
  });
  const file = path.join(folder, `${modelSlug(entry.id)}-${type}.gguf`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, header);
  await truncate(file, bytes);
  return file;
}
