import { EngineError } from "@quantlab/core";
import { reasonIn } from "./log.ts";
import type { Model } from "./model.ts";

/** A LoRA adapter in GGUF form, loaded for one model. `using` frees it, before the model. */
export class Adapter {
  readonly pointer: bigint;
  readonly #model: Model;

  /** Throws an EngineError with the library's reason, for example that shapes do not fit the model. */
  constructor(model: Model, path: string) {
    const { call, log } = model.llama;
    const { result, lines } = log.during(() => call.adapterLoad(model.pointer, path) as bigint | null);
    if (result === null) {
      throw new EngineError(
        "llama.cpp",
        `cannot load the adapter ${path}: ${reasonIn(lines) ?? "the library gave no reason"}`,
        `check that it is a GGUF adapter made for ${model.path}`,
      );
    }
    this.pointer = result;
    this.#model = model;
  }

  [Symbol.dispose](): void {
    this.#model.llama.call.adapterFree(this.pointer);
  }
}
