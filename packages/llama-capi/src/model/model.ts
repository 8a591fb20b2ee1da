import { EngineError, type TemplateMessage, type TokenizeOptions, type Tool } from "@quantlab/core";
import type { GpuChoice, LibraryBuild } from "../library/installed-library.ts";
import { type Llama, loadLlama } from "../library/llama.ts";
import { deviceBytes, weightBuffers } from "../library/load-log.ts";
import { type LogLine, reasonIn } from "../library/log.ts";
import { native } from "../library/native.ts";
import { renderChat } from "./chat-template.ts";
import { ReleasingCallback, releasePages } from "./mapped-file.ts";

export interface ModelOptions {
  /** Layers on the GPU; all of them unless said. */
  readonly gpuLayers?: number;
  /** Map the file instead of reading it; llama.cpp chooses unless said. */
  readonly mmap?: boolean;
  /** Give mapped pages back once their weights are copied for the CPU's kernels, see `releaseMapped()`; they stay unless said. */
  readonly releaseMapped?: boolean;
  /** Keep the weights from being swapped out. */
  readonly mlock?: boolean;
  /** Look whether every weight is a number, and lay nothing out for computing. */
  readonly checkOnly?: boolean;
  /** Only the tokenizer and the metadata. */
  readonly vocabOnly?: boolean;
  /** Lay out weights, cache and graphs without memory for them: nothing can be computed, and sizes are told. */
  readonly simulated?: boolean;
  /** false: the CPU alone, whatever is installed. */
  readonly gpu?: GpuChoice;
  /** The shipped library unless said. */
  readonly library?: LibraryBuild;
}

/** llama.cpp's load modes. */
function loadMode({ mmap, mlock = false, simulated = false }: ModelOptions): number {
  // What is laid out without memory cannot be mapped.
  if (simulated) return 0;
  if (mmap === undefined) return mlock ? 3 : -1;
  return (mmap ? 1 : 0) + (mlock ? 2 : 0);
}

/** A GGUF file in memory. `using model = Model.load(path)` frees it; free its contexts before. */
export class Model {
  readonly llama: Llama;
  readonly pointer: bigint;
  readonly path: string;
  /** Weight buffers in bytes by kind, as llama.cpp reports them (to 0.01 MiB): "CPU_Mapped", "CPU_REPACK", "MTL0". */
  readonly buffers: Readonly<Record<string, number>>;
  /** Of these, what lies on devices. */
  readonly deviceBytes: number;
  readonly vocabularySize: number;
  readonly bos: number;
  readonly eos: number;
  readonly eot: number;
  readonly addsBos: boolean;
  readonly vocabulary: bigint;
  readonly #releases: boolean;

  private constructor(
    llama: Llama,
    pointer: bigint,
    path: string,
    lines: readonly LogLine[],
    releases: boolean,
  ) {
    const { call } = llama;
    this.llama = llama;
    this.pointer = pointer;
    this.path = path;
    const said = lines.map(({ text }) => text);
    this.buffers = weightBuffers(said);
    this.deviceBytes = deviceBytes(said);
    this.#releases = releases;
    this.vocabulary = call.modelVocabulary(pointer);
    this.vocabularySize = call.vocabularySize(this.vocabulary);
    this.bos = call.vocabularyBos(this.vocabulary);
    this.eos = call.vocabularyEos(this.vocabulary);
    this.eot = call.vocabularyEot(this.vocabulary);
    this.addsBos = call.vocabularyAddsBos(this.vocabulary);
  }

  /**
   * Loads a GGUF file, blocking. Throws an EngineError with the library's reason for a missing, cut or foreign file;
   * a damaged one can still abort the process inside the library, so a parent must be there to tell.
   */
  static load(path: string, options: ModelOptions = {}): Model {
    const llama = loadLlama(options.gpu, options.library);
    const koffi = native();
    const noDevices = koffi.alloc("void *", 1);
    koffi.encode(noDevices, "void *", null);
    using releasing = options.releaseMapped ? new ReleasingCallback(path) : null;
    const parameters = {
      ...llama.call.modelDefaults(),
      devices: options.gpu === false ? noDevices : null,
      n_gpu_layers: options.gpuLayers ?? -1,
      load_mode: loadMode(options),
      progress_callback: releasing?.pointer ?? null,
      vocab_only: options.vocabOnly ?? false,
      no_alloc: options.simulated ?? false,
      ...(options.checkOnly && { check_tensors: true, use_extra_bufts: false }),
    };
    try {
      const { result, lines } = llama.log.during(
        () => llama.call.modelLoad(path, parameters) as bigint | null,
      );
      if (result === null) {
        throw new EngineError(
          "llama.cpp",
          `cannot load ${path}: ${reasonIn(lines) ?? "the library gave no reason"}`,
          "check that the file is a whole GGUF of a model that this release of llama.cpp knows, or fetch it again",
        );
      }
      const model = new Model(llama, result, path, lines, options.releaseMapped ?? false);
      model.releaseMapped();
      return model;
    } finally {
      koffi.free(noDevices);
    }
  }

  get parameters(): number {
    return this.llama.call.modelParameters(this.pointer);
  }

  /** Bytes of all tensors. */
  get bytes(): number {
    return this.llama.call.modelBytes(this.pointer);
  }

  get trainedContext(): number {
    return this.llama.call.modelTrainedContext(this.pointer);
  }

  get layers(): number {
    return this.llama.call.modelLayers(this.pointer);
  }

  get embeddingSize(): number {
    return this.llama.call.modelEmbedding(this.pointer);
  }

  get heads(): number {
    return this.llama.call.modelHeads(this.pointer);
  }

  get keyValueHeads(): number {
    return this.llama.call.modelKeyValueHeads(this.pointer);
  }

  /** True for models that read a text whole before they write, such as T5. */
  get hasEncoder(): boolean {
    return this.llama.call.modelHasEncoder(this.pointer);
  }

  /** False for models that read all of a text at once and write none, such as BERT. */
  get isCausal(): boolean {
    return this.metadata(`${this.architecture}.attention.causal`) !== "false";
  }

  /** True where a layer keeps one state of a sequence, as of Mamba, instead of something of every token. */
  get isRecurrent(): boolean {
    const { modelIsRecurrent, modelIsHybrid } = this.llama.call;
    return modelIsRecurrent(this.pointer) || modelIsHybrid(this.pointer);
  }

  /** "llama", "qwen2". */
  get architecture(): string | null {
    return this.metadata("general.architecture");
  }

  /** The Jinja template in the file, or null. */
  get chatTemplate(): string | null {
    return this.llama.call.modelChatTemplate(this.pointer, null);
  }

  /** A metadata value of the file as text; null where there is none, and for arrays. */
  metadata(key: string): string | null {
    const write = (buffer: Buffer): number =>
      this.llama.call.modelMetadata(this.pointer, key, buffer, buffer.length);
    const length = write(Buffer.alloc(1));
    if (length < 0) return null;
    const buffer = Buffer.alloc(length + 1);
    write(buffer);
    return buffer.toString("utf8", 0, length);
  }

  /** True for the tokens that end an answer: end of text, end of turn. */
  isEndOfGeneration(id: number): boolean {
    return this.llama.call.vocabularyEnds(this.vocabulary, id);
  }

  /**
   * Gives back the pages of the mapped file that have come to memory since; nothing without the option `releaseMapped`.
   * Takes about 0.2 ms, and the weights that are computed with as they lie in the file are then mapped anew.
   */
  releaseMapped(): void {
    if (this.#releases) releasePages(this.path);
  }

  tokenize(text: string, { bos, special, eos = false }: TokenizeOptions): Int32Array {
    if (bos && eos) return this.#tokens(text, special, true);
    // The library's own additions are left out: they would bring EOS, too, where a model's file asks for it.
    const ids = this.#tokens(text, special, false);
    return bos && this.addsBos ? prepend(this.bos, ids) : ids;
  }

  #tokens(text: string, special: boolean, around: boolean): Int32Array {
    const { call } = this.llama;
    const bytes = Buffer.from(text, "utf8");
    const into = (ids: Int32Array): number =>
      call.tokenize(this.vocabulary, bytes, bytes.length, ids, ids.length, around, special);
    const ids = new Int32Array(bytes.length + 2);
    const count = into(ids);
    if (count >= 0) return ids.slice(0, count);
    const exact = new Int32Array(-count);
    return exact.slice(0, into(exact));
  }

  /** The text of `ids`, special tokens spelled out. */
  detokenize(ids: Int32Array): string {
    const { call } = this.llama;
    const write = (buffer: Buffer): number =>
      call.detokenize(this.vocabulary, ids, ids.length, buffer, buffer.length, false, true);
    let buffer = Buffer.alloc(ids.length * 8 + 32);
    let length = write(buffer);
    if (length < 0) {
      buffer = Buffer.alloc(-length);
      length = write(buffer);
    }
    return buffer.toString("utf8", 0, length);
  }

  /**
   * The conversation through the template in the file; `addAssistant` opens the answer. A leading BOS is left out where
   * the tokenizer adds it. Throws an EngineError when the model has no template or the template refuses.
   */
  applyChatTemplate(
    messages: readonly TemplateMessage[],
    addAssistant: boolean,
    tools?: readonly Tool[],
  ): string {
    const bos = this.tokenText(this.bos);
    const text = renderChat(this.path, this.chatTemplate, {
      messages,
      addAssistant,
      tools,
      bos,
      eos: this.tokenText(this.eos),
    });
    return this.addsBos && bos && text.startsWith(bos) ? text.slice(bos.length) : text;
  }

  /** How a token is written in the vocabulary: "<s>"; "" for a token the model lacks. */
  tokenText(id: number): string {
    return id < 0 ? "" : this.llama.call.vocabularyText(this.vocabulary, id);
  }

  [Symbol.dispose](): void {
    this.llama.call.modelFree(this.pointer);
  }
}

function prepend(id: number, ids: Int32Array): Int32Array {
  const all = new Int32Array(ids.length + 1);
  all[0] = id;
  all.set(ids, 1);
  return all;
}
