import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { lastWords } from "./last-words.ts";

/** Lines that are kept for its last words. */
const mostLines = 50;
/** For its last words to arrive where something keeps its pipes open. */
const pipesMs = 1000;

export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last that it printed, in one line; "" when it printed nothing. */
  readonly lastWords: string;
}

export interface Program {
  /** Of the engine or the work, as errors name it: "llama.cpp". */
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  /** Added to this process's own variables. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Reads each line that it prints. True when it is no last word, should the process end after it. */
  readonly onPrinted?: (line: string) => boolean;
}

/** A process that leads a group of its own, so that whatever it starts ends with it. */
export class ProcessGroup {
  /** 0 where it could not be started. */
  readonly pid: number;
  readonly requests: Writable;
  readonly messages: Readable;
  /** Resolves, never rejects, when nothing is left of it. */
  readonly ended: Promise<ProcessEnd>;
  #lines: string[] = [];
  #running = true;

  constructor({ command, arguments: parameters, environment, onPrinted }: Program) {
    const child = spawn(command, parameters, {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      env: { ...process.env, ...environment },
      detached: true,
    });
    this.pid = child.pid ?? 0;
    this.requests = child.stdio[0] as Writable;
    this.messages = child.stdio[3] as Readable;
    // A process that died reads no more; how it ended is told by `ended`.
    for (const stream of child.stdio) stream?.on("error", () => {});
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input: input as Readable }).on("line", (line) => {
        if (!onPrinted?.(line)) this.#lines = [...this.#lines.slice(1 - mostLines), line];
      });
    }
    this.ended = this.#endOf(child);
  }

  /** Ends it and all that it started, at once. */
  end(): Promise<ProcessEnd> {
    this.#kill();
    return this.ended;
  }

  #endOf(child: ChildProcess): Promise<ProcessEnd> {
    return new Promise((resolve) => {
      const end = (exitCode: number | null, signal: NodeJS.Signals | null) =>
        resolve({ exitCode, signal, lastWords: lastWords(this.#lines.join("\n")) });
      child.once("error", (error) => {
        this.#lines.push(error.message);
        end(null, null);
      });
      child.once("exit", (exitCode, signal) => {
        // Helpers that outlived it hold its pipes open.
        this.#kill();
        this.#running = false;
        setTimeout(end, pipesMs, exitCode, signal).unref();
      });
      child.once("close", end);
    });
  }

  #kill(): void {
    try {
      if (this.pid !== 0 && this.#running) process.kill(-this.pid, "SIGKILL");
    } catch {
      // No such group: everything in it has ended.
    }
  }
}

/** "was ended by SIGKILL (by a person, or …): its last words". */
export function describeEnd({ exitCode, signal, lastWords }: ProcessEnd): string {
  const hint = signal === "SIGKILL" ? " (by a person, or by the system for lack of memory)" : "";
  const how = signal
    ? `was ended by ${signal}${hint}`
    : exitCode === null
      ? "could not be started"
      : `exited with code ${exitCode}`;
  return lastWords ? `${how}: ${lastWords}` : how;
}
