import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { QuantlabError } from "@quantlab/core";
import type { OwnProcessMessage, OwnProcessOrder } from "./own-process.ts";

export interface OwnProcessWork<Request, Result> {
  /** Does a request; `tell` says how far it is. */
  work(request: Request, tell: (done: number, total: number) => void): Result | Promise<Result>;
  /** Makes ready for a request that may come, or another one instead. What is wrong with it is told when it comes. */
  prepare?(request: Request): void;
  /** Cleans up where the parent is gone. */
  abandoned(): void;
}

/**
 * The other side of startOwnProcess: does the one request that comes on stdin, tells what came of it and ends. When
 * the parent is gone, however it ended, the process cleans up and ends at once.
 */
export async function serveOwnProcess<Request, Result>({
  work,
  prepare,
  abandoned,
}: OwnProcessWork<Request, Result>): Promise<never> {
  const say = (message: OwnProcessMessage<Result>) => writeSync(1, `${JSON.stringify(message)}\n`);
  // The parent holds our stdin open.
  process.stdin.on("end", () => {
    abandoned();
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
    const result = await work(await requested, (done, total) => say({ kind: "progress", done, total }));
    say({ kind: "done", result });
    process.exit(0);
  } catch (error) {
    if (!(error instanceof QuantlabError)) throw error;
    const { code, message: problem, remedy, exitCode } = error;
    say({ kind: "failed", code, problem, remedy, exitCode });
    process.exit(1);
  }
}
