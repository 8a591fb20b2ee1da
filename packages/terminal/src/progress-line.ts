import { monotonicMs, type Progress } from "@quantlab/core";
import ora, { type Ora } from "ora";
import { formatBytes } from "./amounts.ts";

// Where lines cannot be rewritten a step says where it is now and then, and a short one nothing.
const quietMs = 10_000;

/** What is going on, on stderr: one line that changes on a terminal, plain lines where nobody watches. */
export class ProgressLine implements Disposable {
  readonly #line: Ora | null;
  #saidAtMs = monotonicMs();

  constructor() {
    // Some pseudo-terminals say that they are no columns wide, and a line cannot be drawn over there.
    const watched = process.stderr.isTTY && process.stderr.columns > 0 && !process.env.CI;
    // A still line: an animation would take time from a measured engine. Ctrl-C stays the terminal's.
    this.#line = watched ? ora({ spinner: { frames: ["·"], interval: 2000 }, discardStdin: false }) : null;
  }

  /** Whether the line changes in place. */
  get watched(): boolean {
    return this.#line !== null;
  }

  /** Replaces the line on a terminal, and is left out elsewhere. */
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

  /** How far a long step is: changes in place on a terminal, elsewhere it is said every ten seconds. */
  readonly step = (progress: Progress): void => {
    this.show(describe(progress));
    if (this.#line || monotonicMs() - this.#saidAtMs < quietMs) return;
    this.#saidAtMs = monotonicMs();
    this.say(describe(progress));
  };

  [Symbol.dispose](): void {
    this.#line?.stop();
  }
}

function describe({ step, done, total, unit }: Progress): string {
  const amount = (value: number) => (unit === "bytes" ? formatBytes(value) : String(value));
  const of = total === null ? "" : ` of ${amount(total)} (${Math.floor((done / Math.max(total, 1)) * 100)}%)`;
  return `${step}: ${amount(done)}${of}${unit === "bytes" ? "" : ` ${unit}`}`;
}
