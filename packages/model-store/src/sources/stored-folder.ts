import { type ModelRef, UnavailableError } from "@quantlab/core";

/**
 * The folder that serves a quantization: Transformers makes every one of its own from any, MLX's are each a folder.
 * Throws an UnavailableError where there is none.
 */
export function storedFolder(folders: Readonly<Record<string, string>>, ref: ModelRef): string {
  const own = Object.hasOwn(folders, ref.quantization) ? folders[ref.quantization] : undefined;
  const folder = own ?? (ref.form === "hf" ? Object.values(folders)[0] : undefined);
  if (folder !== undefined) return folder;
  throw new UnavailableError(
    `${ref.id} is not kept as ${ref.quantization} (${ref.form === "hf" ? "a Hugging Face folder" : "an MLX folder"})`,
    '"pnpm lab models list" shows what there is',
  );
}
