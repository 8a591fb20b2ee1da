import type { TextSession } from "@quantlab/core";
import { ContinuedSession } from "@quantlab/processes";
import { Problem } from "./problem.ts";

/** A model that the server may load. */
export interface ServedModel {
  /** What requests call it: "smollm2-135m-instruct:Q4_1". */
  readonly name: string;
  /** Whether its engine says `keepsPrefix`. */
  readonly keepsPrefix: boolean;
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
  readonly continued: ContinuedSession;
  askedAtMs: number;
}

/** The models by name, loaded when they are first asked. Not asked by two at once. */
export class ServedModels implements AsyncDisposable {
  readonly #models: ReadonlyMap<string, ServedModel>;
  readonly #keep: KeepOptions;
  readonly #signal: AbortSignal;
  readonly #loaded = new Map<string, Loaded>();

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

  /** The model, loaded now where it is not. */
  async open(model: ServedModel): Promise<ContinuedSession> {
    const there = this.#loaded.get(model.name);
    if (there) {
      there.askedAtMs = Date.now();
      return there.continued;
    }
    const longestAgo = [...this.#loaded].sort(([, a], [, b]) => a.askedAtMs - b.askedAtMs);
    for (const [name] of longestAgo.slice(0, Math.max(0, longestAgo.length - this.#keep.most + 1)))
      await this.drop(name);
    const session = await model.load(this.#signal);
    const continued = new ContinuedSession(session, model);
    this.#loaded.set(model.name, { continued, askedAtMs: Date.now() });
    return continued;
  }

  /** Unloads it: its process has died, or others need the room. */
  async drop(name: string): Promise<void> {
    const loaded = this.#loaded.get(name);
    this.#loaded.delete(name);
    await loaded?.continued.session[Symbol.asyncDispose]();
  }

  /** Unloads what nobody has asked for so long. */
  async dropIdle(): Promise<void> {
    const before = Date.now() - this.#keep.idleMs;
    for (const [name, { askedAtMs }] of this.#loaded) if (askedAtMs < before) await this.drop(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.loadedNames) await this.drop(name);
  }
}
