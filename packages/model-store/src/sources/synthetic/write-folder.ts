import { mkdir, open, writeFile } from "node:fs/promises";
import path from "node:path";
import { writeAll } from "@quantlab/llama-capi";
import type { Shape } from "../../catalogue/entries.ts";
import { toBfloat16 } from "./blocks.ts";
import { folderFiles } from "./folder-files.ts";
import { folderTensorName } from "./folder-names.ts";
import { Weights } from "./weights.ts";
import { planSynthetic } from "./write.ts";

export interface SyntheticFolder {
  readonly id: string;
  readonly shape: Shape;
  readonly seed: number;
}

const bytesOfValue = 2;

/** Everything of the weights file but its weights, and its final size in bytes. */
export function planFolder(model: SyntheticFolder) {
  const { tensors } = planSynthetic({ ...model, fileType: "F16", fileTypeNumber: 1 });
  let end = 0;
  const entries = tensors.map(({ name, shape, elements }): [string, unknown] => {
    const start = end;
    end += elements * bytesOfValue;
    // A GGUF shape begins with the row length, a safetensors shape ends with it; the bytes lie alike.
    return [folderTensorName(name), { dtype: "BF16", shape: shape.toReversed(), data_offsets: [start, end] }];
  });
  const metadata = { format: "pt", quantlab_synthetic: "true", about: labelOf(model) };
  const header = safetensorsHeader({ __metadata__: metadata, ...Object.fromEntries(entries) });
  return { tensors, header, bytes: header.length + end };
}

/**
 * Writes a Hugging Face folder of random weights in bfloat16: the very values of the same model's F16 file, which are
 * such that both types hold them exactly. Only shapes whose rows need no reordering between the forms: Qwen2's.
 */
export async function writeSyntheticFolder(
  folder: string,
  model: SyntheticFolder,
  options: { readonly signal?: AbortSignal | undefined; readonly onBytes?: (written: number) => void } = {},
): Promise<void> {
  if (model.shape.architecture !== "qwen2") throw new RangeError("only Qwen2 shapes are written as folders");
  const { tensors, header } = planFolder(model);
  await mkdir(folder);
  for (const [name, value] of Object.entries(folderFiles(model.shape, labelOf(model))))
    await writeFile(path.join(folder, name), `${JSON.stringify(value)}\n`);
  const weights = new Weights(model.seed, toBfloat16);
  await using file = await open(path.join(folder, "model.safetensors"), "wx");
  await writeAll(file, header);
  let written = header.length;
  for (const tensor of tensors) {
    for (const piece of weights.of(tensor)) {
      options.signal?.throwIfAborted();
      await writeAll(file, piece);
      written += piece.length;
      options.onBytes?.(written);
    }
  }
  await file.sync();
}

function labelOf({ id }: SyntheticFolder): string {
  return `${id}: random weights in a real model's shape; speed and memory mean something, text does not`;
}

function safetensorsHeader(entries: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(entries), "utf8");
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ");
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}
