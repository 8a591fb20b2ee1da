import { plainText, type TextSession } from "@quantlab/core";
import PQueue from "p-queue";
import { Problem } from "./problem.ts";

/** A model that the server may load. */
export interface ServedModel {
  /** What requests call it: "smollm2-135m-instruct:Q4_1". */
  readonly name: string;
  /** Requests that its engine computes at once. */
  readonly sequences: number;
  /** Places of a conversation; null for as many as the model was trained on. */
  readonly contextSize: number | null;
  /** Loads it in a process of its own. */
  load(signal: AbortSignal): Promise<TextSession>;
}

export interface KeepOptions {
  /** So many are loaded at once; the one that was asked longest ago goes first. */
  readonly most: number;
  /** Milliseconds after which one that nobody asks is unloaded; Infinity keeps it. */
  readonly idleMs: number;
}

interface Loaded {
  readonly session: TextSession;
  /** What is being done with it. */
  readonly work: Set<Promise<unknown>>;
  askedAtMs: number;
}

/** The models by name, loaded when they are first asked. */
export class ServedModels implements AsyncDisposable {
  readonly #models: ReadonlyMap<string, ServedModel>;
  readonly #keep: KeepOptions;
  readonly #signal: AbortSignal;
  readonly #loaded = new Map<string, Loaded>();
  /** Models are loaded and unloaded one after the other: who waits for room comes before who asks later. */
  readonly #changes = new PQueue({ concurrency: 1 });

  constructor(models: readonly ServedModel[], keep: KeepOptions, signal: AbortSignal) {
    this.#models = new Map(models.map((model) => [model.name, model]));
    this.#keep = keep;
    this.#signal = signal;
  }

  get names(): readonly string[] {
    return [...this.#models.keys()];
  }

  get loadedNames(): readonly string[] {
    return [...this.#loaded.keys()];
  }

  /** Throws a Problem with all names for one that is not served. */
  named(name: string): ServedModel {
    const model = this.#models.get(name);
    if (model) return model;
    throw new Problem(
      404,
      "model_not_found",
      `"${name}" is not served; served are ${this.names.join(", ")}`,
      {
        param: "model",
      },
    );
  }

  /** Does something with a model, which is loaded now where it is not, and stays until that is done. */
  async use<Result>(model: ServedModel, work: (session: TextSession) => Promise<Result>): Promise<Result> {
    const { loaded, result } = await this.#changes.add(async () => {
      const loaded = this.#loaded.get(model.name) ?? (await this.#load(model));
      loaded.askedAtMs = Date.now();
      const result = work(loaded.session);
      loaded.work.add(result);
      return { loaded, result };
    });
    try {
      return await result;
    } catch (error) {
      // Then the next request loads it again.
      if (!(await isAlive(loaded.session))) await this.#unload(model.name, loaded);
      throw error;
    } finally {
      loaded.work.delete(result);
    }
  }

  async #load(model: ServedModel): Promise<Loaded> {
    const longestAgo = [...this.#loaded].sort(([, a], [, b]) => a.askedAtMs - b.askedAtMs);
    for (const [name, loaded] of longestAgo.slice(0, Math.max(0, longestAgo.length - this.#keep.most + 1))) {
      await Promise.allSettled(loaded.work);
      await this.#unload(name, loaded);
    }
    const loaded = { session: await model.load(this.#signal), work: new Set<never>(), askedAtMs: Date.now() };
    this.#loaded.set(model.name, loaded);
    return loaded;
  }

  async #unload(name: string, loaded: Loaded): Promise<void> {
    if (this.#loaded.get(name) === loaded) this.#loaded.delete(name);
    await loaded.session[Symbol.asyncDispose]();
  }

  /** Unloads what nobody has asked for so long. */
  async dropIdle(): Promise<void> {
    await this.#changes.add(async () => {
      const before = Date.now() - this.#keep.idleMs;
      for (const [name, loaded] of this.#loaded)
        if (loaded.work.size === 0 && loaded.askedAtMs < before) await this.#unload(name, loaded);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, loaded] of this.#loaded) await this.#unload(name, loaded);
  }
}

/** Whether its process still answers: it may have died, or been ended because it did not stop. */
async function isAlive(session: TextSession): Promise<boolean> {
  return session.tokenize("", plainText).then(
    () => true,
    () => false,
  );
}
