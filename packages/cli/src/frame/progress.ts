import { monotonicMs, type Progress } from "@quantlab/core";
import ora, { type Ora } from "ora";
import { formatBytes } from "./amounts.ts";

// Where lines cannot be rewritten, one now and then; a step that ends sooner says nothing.
const quietMs = 3000;

/** Shows a long step on stderr: one changing line on a terminal, a line every few seconds elsewhere. */
export class ProgressLine implements Disposable {
  #spinner: Ora | null = null;
  #lastLineAtMs = monotonicMs();

  readonly show = (progress: Progress): void => {
    if (process.stderr.isTTY) {
      // Raw stdin would take Ctrl-C away from the terminal.
      this.#spinner ??= ora({ stream: process.stderr, discardStdin: false }).start();
      this.#spinner.text = describe(progress);
    } else if (monotonicMs() - this.#lastLineAtMs > quietMs) {
      this.#lastLineAtMs = monotonicMs();
      process.stderr.write(`${describe(progress)}\n`);
    }
  };

  [Symbol.dispose](): void {
    this.#spinner?.stop();
  }
}

function describe({ step, done, total, unit }: Progress): string {
  const amount = (value: number) => (unit === "bytes" ? formatBytes(value) : String(value));
  const of = total === null ? "" : ` of ${amount(total)} (${Math.floor((done / Math.max(total, 1)) * 100)}%)`;
  return `${step}: ${amount(done)}${of}${unit === "bytes" ? "" : ` ${unit}`}`;
}
