import type { LibraryHandle } from "koffi";
import { layouts } from "./layouts.ts";
import { native } from "./native.ts";

export interface LogLine {
  /** ggml's level: 2 info, 3 warning, 4 error. */
  readonly level: number;
  readonly text: string;
}

const debug = 1;
const warning = 3;
const error = 4;
const continued = 5;

/**
 * llama.cpp's log, caught while a piece of work runs and swallowed otherwise. A JavaScript callback called from
 * another thread while this one is inside a call would wait forever, so it is set only during calls that log from
 * their own thread: loading and quantizing. Computing runs under the library's own function that does nothing.
 */
export class LogCapture {
  readonly #set: (callback: bigint | null, user: null) => void;
  readonly #swallow: bigint;
  readonly #catch: bigint;
  #take: (level: number, text: string) => void = () => {};
  #level = 0;

  constructor(llama: LibraryHandle) {
    this.#set = llama.func("void llama_log_set(void *callback, void *user)");
    // Takes pointers, touches nothing, returns: a no-op with C linkage that every build exports.
    this.#swallow = llama.symbol("llama_opt_param_filter_all");
    this.#catch = native().register(this.#heard.bind(this), native().pointer(layouts().LogCallback));
    this.#set(this.#swallow, null);
  }

  /** Debug lines are many and stay unread: reading them would show in load times. */
  #heard(level: number, text: bigint): void {
    if (level !== continued) this.#level = level;
    if (this.#level !== debug) this.#take(this.#level, native().decode.string(text));
  }

  /** Runs `work` and returns its result with the lines logged meanwhile; `onLine` sees each as it ends. */
  during<T>(work: () => T, onLine?: (line: LogLine) => void): { result: T; lines: LogLine[] } {
    const lines: LogLine[] = [];
    let partial = "";
    let lineLevel = 0;
    const end = (text: string) => {
      if (!text.trim()) return;
      const line = { level: lineLevel, text: text.trimEnd() };
      lines.push(line);
      onLine?.(line);
    };
    // One message may be part of a line, or several lines.
    this.#take = (level, text) => {
      lineLevel = partial === "" ? level : Math.max(lineLevel, level);
      const parts = (partial + text).split("\n");
      partial = parts.pop() ?? "";
      for (const part of parts) end(part);
    };
    this.#set(this.#catch, null);
    try {
      return { result: work(), lines };
    } finally {
      this.#set(this.#swallow, null);
      end(partial);
    }
  }

  /**
   * Runs `work` with the log on this process's stderr, by the library itself: nothing waits for this thread, which may
   * be at work meanwhile.
   */
  async aloud<T>(work: () => Promise<T>): Promise<T> {
    this.#set(null, null);
    try {
      return await work();
    } finally {
      this.#set(this.#swallow, null);
    }
  }
}

/** The library's own reason in one line: its most telling error, or else its last warning. */
export function reasonIn(lines: readonly LogLine[]): string | null {
  const texts = (level: number) =>
    lines
      .filter((line) => line.level === level && /\w/.test(line.text))
      .map((line) => withoutFunction(line.text));
  const errors = texts(error);
  // The first one says why; those after it repeat that it failed.
  return errors[0] ?? texts(warning).at(-1) ?? null;
}

/** "llama_model_load: error loading model: unknown model architecture: 'x'" without what the lab says itself. */
export function withoutFunction(text: string): string {
  return text
    .trim()
    .replace(/^[\w:~]+: /, "")
    .replace(/^((error loading model|failed to quantize|llama_model_loader): )+/, "");
}
