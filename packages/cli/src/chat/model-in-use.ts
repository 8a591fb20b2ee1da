import {
  beyondTraining,
  type Engine,
  type EngineInfo,
  type ModelFile,
  type TextSession,
} from "@quantlab/core";
import type { OpenableModel } from "../frame/openable-model.ts";

/** A model that is loaded in a process of its own, and loaded again where that process has died. */
export class ModelInUse implements AsyncDisposable {
  readonly #model: OpenableModel;
  readonly #signal: AbortSignal;
  #session: TextSession;

  private constructor(model: OpenableModel, signal: AbortSignal, session: TextSession) {
    this.#model = model;
    this.#signal = signal;
    this.#session = session;
  }

  static async open(model: OpenableModel, signal: AbortSignal): Promise<ModelInUse> {
    return new ModelInUse(model, signal, await model.load(signal));
  }

  get name(): string {
    return this.#model.name;
  }

  get engine(): Engine {
    return this.#model.engine;
  }

  get file(): ModelFile {
    return this.#model.file;
  }

  get session(): TextSession {
    return this.#session;
  }

  get info(): EngineInfo {
    return this.session.engine;
  }

  /** Said once a conversation is longer than what the model was trained on. */
  beyondTraining(tokens: number): string | null {
    return beyondTraining(this.info, tokens);
  }

  /** After the process that held it has died: the same model in a new one. */
  async loadAgain(): Promise<void> {
    await this.session[Symbol.asyncDispose]();
    this.#session = await this.#model.load(this.#signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]();
  }
}
