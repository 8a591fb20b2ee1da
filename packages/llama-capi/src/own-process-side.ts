import { writeSync } from "node:fs";
import { QuantlabError } from "@quantlab/core";
import type { OwnProcessMessage } from "./own-process.ts";

/**
 * The other side of runInOwnProcess: does the work of the request in the first argument, tells what came of it and
 * ends. When the parent is gone, however it ended, `abandoned` runs and the process ends at once.
 */
export async function serveOwnProcess<Request, Result>(
  work: (request: Request, tell: (done: number, total: number) => void) => Result | Promise<Result>,
  abandoned: () => void = () => {},
): Promise<never> {
  const say = (message: OwnProcessMessage<Result>) => writeSync(1, `${JSON.stringify(message)}\n`);
  // The parent holds our stdin open.
  process.stdin
    .on("end", () => {
      abandoned();
      process.kill(process.pid, "SIGKILL");
    })
    .resume();
  try {
    const request = JSON.parse(process.argv[2] ?? "") as Request;
    const result = await work(request, (done, total) => say({ kind: "progress", done, total }));
    say({ kind: "done", result });
    process.exit(0);
  } catch (error) {
    if (!(error instanceof QuantlabError)) throw error;
    const { code, message: problem, remedy, exitCode } = error;
    say({ kind: "failed", code, problem, remedy, exitCode });
    process.exit(1);
  }
}
