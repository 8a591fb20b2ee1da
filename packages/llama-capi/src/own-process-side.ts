import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { QuantlabError } from "@quantlab/core";
import type { OwnProcessMessage } from "./own-process.ts";

/** What work may say before it is done. */
export interface Telling<Result> {
  tell(done: number, total: number): void;
  /** What the result will be if all goes well. */
  plan(result: Result): void;
}

/**
 * The other side of startOwnProcess: does the work of the request on the first line of stdin, tells what came of it and
 * ends. When the parent is gone, however it ended, `abandoned` runs and the process ends at once.
 */
export async function serveOwnProcess<Request, Result>(
  work: (request: Request, telling: Telling<Result>) => Result | Promise<Result>,
  abandoned: () => void = () => {},
): Promise<never> {
  const say = (message: OwnProcessMessage<Result>) => writeSync(1, `${JSON.stringify(message)}\n`);
  // The parent holds our stdin open.
  process.stdin.on("end", () => {
    abandoned();
    process.kill(process.pid, "SIGKILL");
  });
  const firstLine = new Promise<string>((resolve) => {
    createInterface({ input: process.stdin }).once("line", resolve);
  });
  try {
    const request = JSON.parse(await firstLine) as Request;
    const result = await work(request, {
      tell: (done, total) => say({ kind: "progress", done, total }),
      plan: (result) => say({ kind: "planned", result }),
    });
    say({ kind: "done", result });
    process.exit(0);
  } catch (error) {
    if (!(error instanceof QuantlabError)) throw error;
    const { code, message: problem, remedy, exitCode } = error;
    say({ kind: "failed", code, problem, remedy, exitCode });
    process.exit(1);
  }
}
