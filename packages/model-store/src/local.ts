import type { ModelFile, ModelRef } from "@quantlab/core";
import { derive } from "./derive.ts";
import { describeGguf, ownQuantization, readModelGguf } from "./describe.ts";
import type { FindOptions } from "./find.ts";
import { asIs } from "./quantizations.ts";
import type { Store } from "./store.ts";
import { fileSha256 } from "./verify.ts";

/**
 * A file of the user's: as it is when it has the wanted quantization or none is wanted, otherwise quantized from
 * it. Refuses a file that is quantized in another way.
 */
export async function resolveLocal(
  store: Store,
  ref: ModelRef,
  file: string,
  options: FindOptions,
): Promise<ModelFile> {
  const gguf = readModelGguf(file);
  const own = ownQuantization(gguf) ?? "unknown";
  const sha256 = await fileSha256(store, file, options);
  const source = describeGguf(gguf, { ...ref, quantization: own }, sha256, []);
  return ref.quantization === asIs || ref.quantization === own ? source : derive(store, ref, source, options);
}
