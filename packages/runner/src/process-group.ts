import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

const entry = path.join(import.meta.dirname, "block-process.ts");
const graceMs = 1000;
const tailBytes = 4096;

/** A fresh Node process that leads a group of its own, so that it ends together with everything it starts. */
export class ProcessGroup {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly #ended: Promise<void>;
  #tail = "";

  constructor(environment: Readonly<Record<string, string>>) {
    this.child = fork(entry, [], {
      detached: true,
      execArgv: [],
      // A failed assertion inside llama.cpp would otherwise start a debugger.
      env: { ...process.env, GGML_NO_BACKTRACE: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    if (this.child.pid === undefined) throw new Error("no process could be started");
    this.pid = this.child.pid;
    this.#ended = once(this.child, "exit").then(() => {});
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#tail = (this.#tail + text).slice(-tailBytes);
      });
    }
  }

  /** Resolves when the process has exited; helpers that outlived it are ended. */
  async ended(): Promise<void> {
    await this.#ended;
    this.#signal("SIGKILL");
  }

  /** Asks the whole group to end, then makes it. */
  async end(): Promise<void> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
    await this.ended();
    clearTimeout(timer);
  }

  /** The last line that the process wrote, or null. */
  get lastLine(): string | null {
    return this.#tail.trim().split("\n").at(-1)?.trim() || null;
  }

  /** "ended by SIGKILL" or "exited with code 3", with the last line it wrote. */
  describeEnd(): string {
    const { signalCode, exitCode } = this.child;
    const how = signalCode ? `was ended by ${signalCode}` : `exited with code ${exitCode} and no result`;
    const hint = signalCode === "SIGKILL" ? " (by a person, or by the system for lack of memory)" : "";
    return `the block's process ${how}${hint}${this.lastLine ? `: ${this.lastLine}` : ""}`;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // No such group: everything in it has ended.
    }
  }
}
