import koffi, { type LibraryHandle } from "koffi";
import { LogCallback } from "./layouts.ts";

export interface LogLine {
  /** ggml's level: 1 debug, 2 info, 3 warning, 4 error. */
  readonly level: number;
  readonly text: string;
}

const continued = 5;

/**
 * llama.cpp's log, caught while a piece of work runs and swallowed otherwise. A JavaScript callback called from
 * another thread while this one is inside a call would wait forever, so it is set only during calls that log from
 * their own thread: loading and quantizing. Computing runs under the library's own function that does nothing.
 */
export class LogCapture {
  readonly #set: (callback: bigint, user: null) => void;
  readonly #swallow: bigint;
  readonly #catch: bigint;
  #take: (level: number, text: string) => void = () => {};

  constructor(llama: LibraryHandle) {
    this.#set = llama.func("void llama_log_set(void *callback, void *user)");
    // Takes pointers, touches nothing, returns: a no-op with C linkage that every build exports.
    this.#swallow = llama.symbol("llama_opt_param_filter_all");
    this.#catch = koffi.register(
      (level: number, text: string) => this.#take(level, text),
      koffi.pointer(LogCallback),
    );
    this.#set(this.#swallow, null);
  }

  /** Runs `work` and returns its result with the lines logged meanwhile; `onLine` sees each as it ends. */
  during<T>(work: () => T, onLine?: (line: LogLine) => void): { result: T; lines: LogLine[] } {
    const lines: LogLine[] = [];
    const finish = this.collect((line) => {
      lines.push(line);
      onLine?.(line);
    });
    try {
      return { result: work(), lines };
    } finally {
      finish();
    }
  }

  /** The same for work on another thread of the library's; this thread must stay free meanwhile. */
  async duringAsync<T>(
    work: () => Promise<T>,
    onLine?: (line: LogLine) => void,
  ): Promise<{ result: T; lines: LogLine[] }> {
    const lines: LogLine[] = [];
    const finish = this.collect((line) => {
      lines.push(line);
      onLine?.(line);
    });
    try {
      return { result: await work(), lines };
    } finally {
      finish();
    }
  }

  /** Sends lines to `onLine` until the returned function is called. */
  collect(onLine: (line: LogLine) => void): () => void {
    let level = 0;
    let partial = "";
    this.#take = (nextLevel, text) => {
      if (nextLevel !== continued && partial === "") level = nextLevel;
      partial += text;
      const ended = partial.split("\n");
      partial = ended.pop() ?? "";
      for (const line of ended) if (line.trim()) onLine({ level, text: line.trimEnd() });
      if (nextLevel !== continued) level = nextLevel;
    };
    this.#set(this.#catch, null);
    return () => {
      this.#set(this.#swallow, null);
      if (partial.trim()) onLine({ level, text: partial.trimEnd() });
    };
  }
}

/** The library's own reason in one line: its last error, or else its last warning, without the function's name. */
export function reasonIn(lines: readonly LogLine[]): string | null {
  const tidy = (text: string) =>
    text
      .replace(/^\s*[\w:~]+: /, "")
      .replace(/^error loading model: /, "")
      .trim();
  const errors = lines
    .filter((line) => line.level === 4 && !/^\s*=*\s*$/.test(line.text))
    .map((line) => tidy(line.text));
  // The last error of a failed load only repeats that it failed; the one before says why.
  const telling = errors.filter((text) => !/^failed to (load|open|quantize) model/.test(text));
  const warning = lines.findLast((line) => line.level === 3)?.text;
  return telling.at(-1) ?? errors.at(-1) ?? (warning ? tidy(warning) : null);
}
