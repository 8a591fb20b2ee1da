import { EngineError } from "@quantlab/core";
import { layouts } from "../library/layouts.ts";
import type { Llama } from "../library/llama.ts";
import { lazily, native } from "../library/native.ts";

const signatures = lazily((koffi) => ({
  Create: koffi.proto("void *lab_threadpool_new(void *parameters)"),
  Free: koffi.proto("void lab_threadpool_free(void *pool)"),
}));

const shared = new Map<number, { readonly pool: Threadpool; users: number }>();

/**
 * The process's pool of this many threads, for a context to use until it lets go of it. All contexts have the same one,
 * for no two compute at once, and threads that wait go on spinning for a while: those of a pool of its own would take
 * the cores from whichever context works next.
 */
export function sharedThreadpool(llama: Llama, threads: number): Disposable & Pick<Threadpool, "pointer"> {
  const held = shared.get(threads) ?? { pool: new Threadpool(llama, threads), users: 0 };
  shared.set(threads, held);
  held.users++;
  return {
    pointer: held.pool.pointer,
    [Symbol.dispose]() {
      held.users--;
      if (held.users > 0) return;
      shared.delete(threads);
      held.pool[Symbol.dispose]();
    },
  };
}

/** Threads that live from graph to graph: without a pool ggml makes and joins them for each. */
class Threadpool {
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
