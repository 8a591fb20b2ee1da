import { EngineError } from "@quantlab/core";
import { layouts } from "./layouts.ts";
import type { Llama } from "./llama.ts";
import { lazily, native } from "./native.ts";

const signatures = lazily((koffi) => ({
  Create: koffi.proto("void *lab_threadpool_new(void *parameters)"),
  Free: koffi.proto("void lab_threadpool_free(void *pool)"),
}));

/** Threads that live as long as the context: without a pool ggml makes and joins them for every graph. */
export class Threadpool {
  readonly pointer: bigint;
  readonly #free: (pool: bigint) => void;

  constructor({ call }: Llama, threads: number) {
    const koffi = native();
    const { Create, Free } = signatures();
    // The pool belongs to the CPU backend, a library that ggml chose for this processor.
    const registry = call.deviceRegistry(call.deviceByType(0));
    const functionOf = (name: string, type: object) =>
      koffi.decode(call.registryFunction(registry, name), type as never);
    this.#free = functionOf("ggml_threadpool_free", Free);
    const parameters = koffi.alloc(layouts().ThreadpoolParams, 1);
    try {
      call.threadpoolDefaults(parameters, threads);
      this.pointer = functionOf("ggml_threadpool_new", Create)(parameters);
    } finally {
      koffi.free(parameters);
    }
    if (!this.pointer) {
      throw new EngineError("llama.cpp", `cannot start ${threads} threads`, "choose fewer threads");
    }
  }

  [Symbol.dispose](): void {
    this.#free(this.pointer);
  }
}
