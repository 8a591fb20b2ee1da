import path from "node:path";
import type { Duplex, Readable, Writable } from "node:stream";
import { schemasFolder } from "@quantlab/core";
import { execa } from "execa";
import { lastWords } from "../last-words.ts";
import type { PythonEngine } from "../python-engine.ts";

const bridgeFolder = path.join(import.meta.dirname, "../../python");
const tailBytes = 8192;
/** After being asked to end a worker has this long; then it is made to. */
const graceMs = 2000;
/** For its last words to arrive where something keeps its pipes open. */
const pipesMs = 1000;

/** The operating system's side of a worker: its pipes, its last words, its end. */
export class WorkerProcess {
  readonly pid: number;
  readonly requests: Writable;
  readonly replies: Readable;
  readonly frames: Readable;
  /** Resolves, never rejects, with how it ended: "was ended by SIGKILL", with the last that it said. */
  readonly ended: Promise<string>;
  #tail = "";
  #running = true;

  constructor(interpreter: string, engine: PythonEngine, environment: Readonly<Record<string, string>>) {
    const modules = [bridgeFolder, engine.folder].join(path.delimiter);
    const child = execa(
      interpreter,
      // -P: a file of the folder where the user stands must not stand in for a library.
      ["-u", "-P", "-m", "quantlab_worker", engine.module, schemasFolder, String(process.pid)],
      {
        stdio: ["pipe", "pipe", "pipe", "pipe"],
        env: { ...workerEnvironment, ...environment, PYTHONPATH: modules },
        // It leads a group of its own, and whatever it starts ends with it.
        detached: true,
        buffer: false,
        reject: false,
        cleanup: true,
      },
    );
    this.requests = child.stdio[0] as Writable;
    this.replies = child.stdio[1] as Readable;
    this.frames = child.stdio[3] as unknown as Duplex;
    // A worker that died reads no more; how it ended is told by `ended`.
    this.requests.on("error", () => {});
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#tail = (this.#tail + text).slice(-tailBytes);
    });
    this.pid = child.pid ?? 0;
    const closed = child.then((result) => {
      if (child.pid === undefined) return `could not be started: ${result.shortMessage}`;
      return this.#describeEnd(result.signal, result.exitCode);
    });
    this.ended = new Promise((resolve) => {
      child.nodeChildProcess.once("exit", (exitCode, signal) => {
        this.#running = false;
        // Helpers that outlived it hold its pipes open.
        this.#signal("SIGKILL");
        const describe = () => resolve(this.#describeEnd(signal ?? undefined, exitCode ?? undefined));
        setTimeout(describe, pipesMs).unref();
      });
      void closed.then((how) => {
        this.#running = false;
        resolve(how);
      });
    });
  }

  get running(): boolean {
    return this.#running;
  }

  /** The last that the worker wrote to stderr, in one line; "" when it wrote nothing. */
  get lastWords(): string {
    return lastWords(this.#tail);
  }

  /** Lets the worker end by itself within a moment, then ends the whole group. Resolves when nothing is left of it. */
  async end({ graceful }: { readonly graceful: boolean }): Promise<void> {
    if (!this.#running) return;
    if (!graceful) this.#signal("SIGKILL");
    const timer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
    this.requests.end();
    await this.ended;
    clearTimeout(timer);
  }

  #signal(name: NodeJS.Signals): void {
    if (this.pid === 0) return;
    try {
      process.kill(-this.pid, name);
    } catch {
      // No such group: everything in it has ended.
    }
  }

  #describeEnd(signal: string | undefined, exitCode: number | undefined): string {
    const how = signal ? `was ended by ${signal}` : `exited with code ${exitCode}`;
    const hint = signal === "SIGKILL" ? " (by a person, or by the system for lack of memory)" : "";
    return `${how}${hint}${this.lastWords ? `: ${this.lastWords}` : ""}`;
  }
}

/** Nothing is fetched while a model runs, and nothing of the user's own Python comes in. */
const workerEnvironment = {
  PYTHONNOUSERSITE: "1",
  PYTHONSAFEPATH: "1",
  HF_HUB_OFFLINE: "1",
  TRANSFORMERS_OFFLINE: "1",
  HF_HUB_DISABLE_TELEMETRY: "1",
  TOKENIZERS_PARALLELISM: "false",
};
