import { createInterface, emitKeypressEvents, type Key } from "node:readline";
import { stdoutStyle } from "@quantlab/terminal";
import type { ChatInput } from "./line-input.ts";

/** Asks a terminal to mark what is pasted, so that a pasted line break ends no turn. */
const markPastes = "\x1b[?2004h";
const dontMarkPastes = "\x1b[?2004l";
/** Turns that the arrow keys bring back. */
const remembered = 1000;

/** A person at a terminal: one turn after the other, edited by the terminal's usual keys. */
export class TerminalInput implements ChatInput {
  readonly interactive = true;
  readonly #signal: AbortSignal;
  #history: string[] = [];
  /** Ctrl-C was pressed, and nothing was sent since. */
  #leaving = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    emitKeypressEvents(process.stdin);
    process.stdout.write(markPastes);
  }

  read(): Promise<string | null> {
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: stdoutStyle("bold", "> "),
      history: this.#history,
      historySize: remembered,
      removeHistoryDuplicates: true,
    });
    let pasting = false;
    let pasted = "";
    const onKey = (_: unknown, key: Key | undefined) => {
      if (key?.name === "paste-start") pasting = true;
      if (key?.name === "paste-end") pasting = false;
    };
    const onAbort = () => end(() => reject(this.#signal.reason));
    const end = (settle: () => void) => {
      process.stdin.off("keypress", onKey);
      this.#signal.removeEventListener("abort", onAbort);
      // Before it is closed, which counts as leaving where nothing is settled.
      settle();
      lines.close();
    };
    process.stdin.on("keypress", onKey);
    this.#signal.addEventListener("abort", onAbort);
    lines
      .on("history", (history: string[]) => {
        this.#history = history;
      })
      .on("line", (line) => {
        if (pasting) {
          pasted += `${line}\n`;
          return;
        }
        this.#leaving = false;
        end(() => resolve(`${pasted}${line}`));
      })
      .on("SIGINT", () => {
        if (this.#leaving) {
          end(() => resolve(null));
          return;
        }
        this.#leaving = true;
        pasted = "";
        process.stdout.write(`\n${stdoutStyle("dim", "Ctrl-C once more leaves")}\n`);
        // What was typed so far is given up, as in a shell.
        lines.write(null, { ctrl: true, name: "e" });
        lines.write(null, { ctrl: true, name: "u" });
        lines.prompt();
      })
      // Ctrl-D, or a terminal that is gone.
      .on("close", () => end(() => resolve(null)));
    lines.prompt();
    return promise;
  }

  async answering<Result>(work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
    const stop = new AbortController();
    const onKey = (_: unknown, key: Key | undefined) => {
      if (!key?.ctrl || key.name !== "c") return;
      this.#leaving = true;
      stop.abort(new DOMException("the answer was stopped", "AbortError"));
    };
    process.stdin.setRawMode(true);
    process.stdin.on("keypress", onKey).resume();
    try {
      return await work(AbortSignal.any([this.#signal, stop.signal]));
    } finally {
      process.stdin.off("keypress", onKey).pause();
      process.stdin.setRawMode(false);
      this.#signal.throwIfAborted();
    }
  }

  [Symbol.dispose](): void {
    process.stdout.write(dontMarkPastes);
    process.stdin.pause();
  }
}
