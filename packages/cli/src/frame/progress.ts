import { monotonicMs, type Progress } from "@quantlab/core";
import type { Ora } from "ora";
import { formatBytes } from "./amounts.ts";

// Where lines cannot be rewritten, one now and then; a step that ends sooner says nothing.
const quietMs = 3000;

/** Shows a long step on stderr: one changing line on a terminal, a line every few seconds elsewhere. */
export class ProgressLine implements Disposable {
  // Loaded where it can be seen alone: it takes its part of a short command's time.
  readonly #ora = process.stderr.isTTY ? import("ora") : null;
  #spinner: Ora | null = null;
  #text = "";
  #over = false;
  #lastLineAtMs = monotonicMs();

  readonly show = (progress: Progress): void => {
    if (this.#ora) {
      this.#text = describe(progress);
      void this.#spin(this.#ora);
    } else if (monotonicMs() - this.#lastLineAtMs > quietMs) {
      this.#lastLineAtMs = monotonicMs();
      process.stderr.write(`${describe(progress)}\n`);
    }
  };

  async #spin(loading: Promise<typeof import("ora")>): Promise<void> {
    const { default: ora } = await loading;
    if (this.#over) return;
    // Raw stdin would take Ctrl-C away from the terminal.
    this.#spinner ??= ora({ stream: process.stderr, discardStdin: false }).start();
    this.#spinner.text = this.#text;
  }

  [Symbol.dispose](): void {
    this.#over = true;
    this.#spinner?.stop();
  }
}

function describe({ step, done, total, unit }: Progress): string {
  const amount = (value: number) => (unit === "bytes" ? formatBytes(value) : String(value));
  const of = total === null ? "" : ` of ${amount(total)} (${Math.floor((done / Math.max(total, 1)) * 100)}%)`;
  return `${step}: ${amount(done)}${of}${unit === "bytes" ? "" : ` ${unit}`}`;
}
