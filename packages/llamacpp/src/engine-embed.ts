import { EngineError } from "@quantlab/core";
import type { Context } from "@quantlab/llama-capi";
import { engineName } from "./engine-info.ts";

/** Gives texts as vectors, in a context of its own. */
export class Embedder {
  readonly context: Context;

  /** Throws an EngineError for a model that ranks texts instead. */
  constructor(contextOf: (pooling: "model" | "mean") => Context) {
    const context = contextOf("model");
    const { pooling } = context;
    if (pooling === "none" || pooling === "rank") context[Symbol.dispose]();
    if (pooling === "rank")
      throw new EngineError(
        engineName,
        "the model ranks texts, and gives no vectors",
        "choose another model",
      );
    this.context = pooling === "none" ? contextOf("mean") : context;
  }

  /** A vector of length 1. */
  embed(ids: Int32Array): Float32Array {
    this.context.clear();
    this.context.decode(ids, "all");
    this.context.synchronize();
    const vector = this.context.embedding();
    const length = Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0));
    return vector.map((each) => each / length);
  }
}
