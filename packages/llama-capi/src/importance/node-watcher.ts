import { layouts } from "../library/layouts.ts";
import type { Llama } from "../library/llama.ts";
import { native } from "../library/native.ts";
import { type TensorView, viewTensor } from "./tensor-view.ts";

/**
 * A function that the library calls for every tensor of a graph: `wants` is asked before it is computed, `see` told
 * after. ggml's scheduler calls on the thread that decodes, which waits meanwhile; so the process should do nothing else.
 */
export class NodeWatcher {
  readonly pointer: bigint;
  #failure: { readonly cause: unknown } | null = null;

  constructor(llama: Llama, wants: (tensor: TensorView) => boolean, see: (tensor: TensorView) => void) {
    const onNode = (pointer: bigint, ask: boolean): boolean => {
      // Nothing may be thrown through the library: it is told to stop, and the error waits.
      try {
        if (this.#failure) return false;
        const tensor = viewTensor(llama, pointer);
        if (ask) return wants(tensor);
        see(tensor);
        return true;
      } catch (cause) {
        this.#failure = { cause };
        return false;
      }
    };
    this.pointer = native().register(onNode, native().pointer(layouts().NodeCallback));
  }

  /** Throws what the functions threw during the last call. */
  check(): void {
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.cause;
  }

  /** Free the context before. */
  [Symbol.dispose](): void {
    native().unregister(this.pointer);
  }
}
