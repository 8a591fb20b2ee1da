import { formatModelRef, type ModelFile, type ModelRef, UsageError } from "@quantlab/core";
import type { FindOptions } from "./find.ts";
import { requireMaking } from "./find.ts";
import { madeModels, readMade } from "./made.ts";
import type { Store } from "./store.ts";

/**
 * A model in MLX form that was converted here before. Making one takes the MLX environment, which belongs to
 * mlx-bridge: this package only finds what that one kept.
 */
export async function resolveConverted(
  store: Store,
  ref: ModelRef,
  options: FindOptions,
): Promise<ModelFile> {
  for (const { file, ref: made } of await madeModels(store, ref.id)) {
    const found = made.quantization === ref.quantization ? await readMade(store, file, options) : null;
    if (found) return found;
  }
  requireMaking(options);
  throw new UsageError(
    `${formatModelRef(ref)} is not on disk, and it takes MLX to make it`,
    `name it in an experiment as mlxModel("${ref.id}", "${ref.quantization}"), which makes it`,
  );
}
