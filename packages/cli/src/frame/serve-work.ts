import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { QuantlabError } from "@quantlab/core";
import { internal, type WorkEvent } from "./work-events.ts";

/**
 * The life of a process that `runWork` started: one job from stdin, its notes and its result, the end. `perform` throws
 * what the command is to throw.
 */
export async function serveWork<Job, Note, Result>(
  perform: (job: Job, note: (note: Note) => void) => Promise<Result>,
): Promise<never> {
  // Written at once: the engine's calls leave the event loop no time.
  const send = (event: WorkEvent<Note, Result>) => writeWhole(3, `${JSON.stringify(event)}\n`);

  // The command holds our stdin open: when that is gone, however it ended, nobody waits for the answer any more.
  process.stdin.on("end", () => process.kill(process.pid, "SIGKILL"));

  const firstLine = new Promise<string>((resolve) => {
    createInterface({ input: process.stdin }).once("line", resolve);
  });

  try {
    const job = JSON.parse(await firstLine) as Job;
    send({ event: "done", result: await perform(job, (note) => send({ event: "note", note })) });
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
