import type { Progress } from "@quantlab/core";
import ora, { type Ora } from "ora";
import { formatBytes } from "./amounts.ts";

/** Shows a long step on stderr: one changing line on a terminal, a line per step and per tenth elsewhere. */
export class ProgressLine implements Disposable {
  #spinner: Ora | null = null;
  #lastTold = "";

  readonly show = (progress: Progress): void => {
    if (process.stderr.isTTY) {
      // Raw stdin would take Ctrl-C away from the terminal.
      this.#spinner ??= ora({ stream: process.stderr, discardStdin: false }).start();
      this.#spinner.text = describe(progress);
      return;
    }
    const tenth = progress.total ? Math.floor((progress.done / progress.total) * 10) : 0;
    const told = `${progress.step} ${tenth}`;
    if (told === this.#lastTold) return;
    this.#lastTold = told;
    process.stderr.write(`${describe(progress)}\n`);
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
