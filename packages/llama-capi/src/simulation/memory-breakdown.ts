import { type BufferBytes, EngineError } from "@quantlab/core";
import type { Context } from "../context/context.ts";
import type { Llama } from "../library/llama.ts";
import { lazily, native } from "../library/native.ts";

// llama.h tells no sizes of buffers. The library exports a function that does, of C++: it returns a std::map from a type of
// buffer to three sizes. Such a map is a binary tree, whose nodes Linux's and macOS's standard libraries lay out alike but
// for the order of their first words; behind those four stand the key and the sizes.

/** Words of 8 bytes in a node of the tree. */
const nodeWords = 8;
const [keyWord, weightsWord, cacheWord, computeWord] = [4, 5, 6, 7];

/** Words of the map itself, where its root stands in it, and where left and right stand in a node. */
const layoutOf = (platform: string) =>
  platform === "darwin" ? { words: 3, root: 1, left: 0, right: 1 } : { words: 6, root: 2, left: 2, right: 3 };

const breakdownFunction = "_Z26llama_get_memory_breakdownPK13llama_context";

const mapStruct = lazily((koffi) =>
  koffi.struct("llama_memory_breakdown", {
    words: koffi.array("uint64_t", layoutOf(process.platform).words, "Typed"),
  }),
);

/**
 * Bytes of a context and its model by kind of buffer, exact to the byte, also of those that were only simulated. Throws an
 * EngineError where the library does not export it. The map is never freed: for processes that end soon.
 */
export function memoryBreakdown({ model, pointer }: Context): Record<string, BufferBytes> {
  const { root, left, right } = layoutOf(process.platform);
  const { ask, nameOf } = bind(model.llama);
  const map = ask(pointer) as { readonly words: BigUint64Array };
  const found: Record<string, BufferBytes> = {};
  const pending = [map.words[root]!];
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    if (address === 0n) continue;
    const node = new BigUint64Array(native().view(address, nodeWords * 8));
    pending.push(node[left]!, node[right]!);
    const kind = nameOf(node[keyWord]!) as string;
    const before = found[kind] ?? { weights: 0, cache: 0, compute: 0 };
    found[kind] = {
      weights: before.weights + Number(node[weightsWord]),
      cache: before.cache + Number(node[cacheWord]),
      compute: before.compute + Number(node[computeWord]),
    };
  }
  return found;
}

function bind({ library, base }: Llama) {
  try {
    const llama = native().load(library.libraries.llama);
    return {
      ask: llama.func(breakdownFunction, mapStruct(), ["void *"]),
      nameOf: base.func("ggml_backend_buft_name", "str", ["uintptr_t"]),
    };
  } catch (cause) {
    throw new EngineError("llama.cpp", "its library here does not tell the sizes of buffers", null, cause);
  }
}
