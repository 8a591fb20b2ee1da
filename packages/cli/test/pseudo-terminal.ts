import { spawn } from "node:child_process";
import path from "node:path";
import { expect, vi } from "vitest";

const driver = path.join(import.meta.dirname, "pseudo-terminal.py");
const main = path.join(import.meta.dirname, "../bin/lab.js");

/** `lab` on a terminal of its own, of 80 columns. */
export class PseudoTerminal {
  readonly #child;
  readonly #ended: Promise<number | null>;
  #printed = "";

  constructor(values: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { CI: _, FORCE_COLOR: __, INIT_CWD: ___, ...inherited } = process.env;
    this.#child = spawn("python3", [driver, process.execPath, main, ...values], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...inherited, TERM: "xterm-256color", NO_COLOR: "1", ...env },
    });
    this.#child.stdout.setEncoding("utf8").on("data", (part: string) => {
      this.#printed += part;
    });
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** All that was printed, without the movements of the cursor. */
  get text(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal's orders are made of.
    return this.#printed.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replace(/\r+\n/g, "\n");
  }

  type(keys: string): void {
    this.#child.stdin.write(`${JSON.stringify({ type: keys })}\n`);
  }

  resize(columns: number): void {
    this.#child.stdin.write(`${JSON.stringify({ columns })}\n`);
  }

  /** Types a line, and waits until what follows it is printed. Returns that. */
  async enter(line: string, expected: RegExp): Promise<string> {
    const before = this.text.length;
    this.type(`${line}\r`);
    return this.until(expected, before);
  }

  async until(expected: RegExp, from = 0): Promise<string> {
    await vi.waitFor(() => expect(this.text.slice(from)).toMatch(expected), {
      timeout: 60_000,
      interval: 20,
    });
    return this.text.slice(from);
  }

  /** The command's exit code. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  end(): void {
    this.#child.stdin.end();
  }
}
