import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { QuantlabError } from "./errors.ts";
import { internal, type OwnProcessEvent, type OwnProcessOrder } from "./own-process-messages.ts";

export interface OwnProcessWork<Request, Note, Result> {
  /** Does the request. Throws what the caller is to be thrown. */
  work(request: Request, note: (note: Note) => void): Result | Promise<Result>;
  /** Makes ready for a request that may come, or another one instead. What is wrong with it is told when it comes. */
  prepare?(request: Request): void;
  /** Cleans up where the caller is gone. */
  abandoned?(): void;
}

/**
 * The other side of startOwnProcess: does the one request that comes on stdin, tells what came of it and ends. When
 * the caller is gone, however it ended, the process cleans up and ends at once.
 */
export async function serveOwnProcess<Request, Note, Result>({
  work,
  prepare,
  abandoned,
}: OwnProcessWork<Request, Note, Result>): Promise<never> {
  // Written at once: a library's calls leave the event loop no time.
  const send = (event: OwnProcessEvent<Note, Result>) => writeWhole(3, `${JSON.stringify(event)}\n`);

  // The caller holds our stdin open.
  process.stdin.on("end", () => {
    abandoned?.();
    process.kill(process.pid, "SIGKILL");
  });

  const requested = new Promise<Request>((resolve) => {
    createInterface({ input: process.stdin }).on("line", (line) => {
      const { kind, request } = JSON.parse(line) as OwnProcessOrder<Request>;
      if (kind === "do") resolve(request);
      else prepare?.(request);
    });
  });

  try {
    send({ event: "done", result: await work(await requested, (note) => send({ event: "note", note })) });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const known = error instanceof QuantlabError ? error : null;
    send({
      event: "error",
      code: known?.code ?? internal,
      message: error.message,
      remedy: known?.remedy ?? null,
      exitCode: known?.exitCode ?? 1,
      stack: error.stack ?? String(error),
    });
  }
  process.exit(0);
}

/** A pipe takes what it has room for, or nothing for now. */
function writeWhole(descriptor: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
