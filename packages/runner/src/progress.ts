import type { Progress } from "@quantlab/core";
import ora, { type Ora } from "ora";

/** Where the run stands, on stderr: one line that changes on a terminal, plain lines where nobody watches. */
export class ProgressLine {
  readonly #line: Ora | null;
  #shownAtMs = 0;

  constructor() {
    // Some pseudo-terminals say that they are no columns wide, and a line cannot be drawn over there.
    const watched = process.stderr.isTTY && process.stderr.columns > 0 && !process.env.CI;
    // A still line: an animation would take time from the measured engine. Ctrl-C stays the terminal's.
    this.#line = watched ? ora({ spinner: { frames: ["·"], interval: 2000 }, discardStdin: false }) : null;
  }

  /** What is going on: replaces the line on a terminal, and is left out elsewhere. */
  show(text: string): void {
    if (!this.#line) return;
    if (this.#line.isSpinning) this.#line.text = text;
    else this.#line.start(text);
  }

  /** Something that stays to be read. */
  say(text: string): void {
    this.#line?.clear();
    process.stderr.write(`${text}\n`);
  }

  /** A long preparation step: on a terminal it changes in place, elsewhere it is said once a minute. */
  step(what: string, { step, done, total, unit }: Progress): void {
    const amount =
      unit === "bytes" ? `${mebibytes(done)}${total ? ` of ${mebibytes(total)}` : ""}` : counted();
    const text = `${what}: ${step} ${amount}`;
    this.show(text);
    if (!this.#line && Date.now() - this.#shownAtMs > 60_000) {
      this.#shownAtMs = Date.now();
      this.say(text);
    }
    function counted() {
      return `${done}${total === null ? "" : ` of ${total}`} ${unit}`;
    }
  }

  /** A block that has ended: a line of its own where nobody watches, and where it went wrong. */
  block(state: string, notes: readonly (string | null)[]): void {
    const text = [state, ...notes].filter(Boolean).join(" · ");
    if (!this.#line || notes.at(-1)) this.say(text);
  }

  stop(): void {
    this.#line?.stop();
  }
}

/** "about 40 s left", "about 3 min left". */
export function formatLeft(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
