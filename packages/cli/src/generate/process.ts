// The process that holds the engine for one `lab generate`: a job on stdin, events on file descriptor 3.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { QuantlabError } from "@quantlab/core";
import { generate } from "./generate.ts";
import { type GenerateEvent, type GenerateJob, internal } from "./messages.ts";

// Written at once: the engine's calls leave the event loop no time.
const send = (event: GenerateEvent) => writeSync(3, `${JSON.stringify(event)}\n`);

// The command holds our stdin open: when that is gone, however it ended, nobody waits for the answer any more.
process.stdin.on("end", () => process.kill(process.pid, "SIGKILL"));

const firstLine = new Promise<string>((resolve) => {
  createInterface({ input: process.stdin }).once("line", resolve);
});

try {
  const job = JSON.parse(await firstLine) as GenerateJob;
  send({ event: "done", result: await generate(job, (part) => send({ event: "text", text: part })) });
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
