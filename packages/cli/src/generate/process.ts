// The process that holds the engine for one `lab generate`: a job on stdin, events on file descriptor 3.
import { writeSync } from "node:fs";
import { text } from "node:stream/consumers";
import { QuantlabError } from "@quantlab/core";
import { generate } from "./generate.ts";
import { type GenerateEvent, type GenerateJob, internal } from "./messages.ts";

// Written at once: the engine's calls leave the event loop no time.
const send = (event: GenerateEvent) => writeSync(3, `${JSON.stringify(event)}\n`);

try {
  const job = JSON.parse(await text(process.stdin)) as GenerateJob;
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
