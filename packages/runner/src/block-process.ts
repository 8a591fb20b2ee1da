// The entry of every block process: takes one spec from the runner, does it, tells the outcome, ends.
import { enableCompileCache } from "node:module";
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { FromBlock, MarkName, ToBlock } from "./messages.ts";

// Experiments import many TypeScript files; compiling them once a machine keeps the lab's own cost low.
enableCompileCache();

let answer: (message: ToBlock) => void = () => {};
const next = () => new Promise<ToBlock>((resolve) => (answer = resolve));
const first = next();
process.on("message", (message: ToBlock) => answer(message));
// The runner is gone: end with every helper of this group.
process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
new Worker(path.join(import.meta.dirname, "watchdog.ts"), {
  workerData: { runner: process.ppid, everyMs: 500 },
}).unref();

function tell(message: FromBlock): void {
  process.send?.(message);
}

/** Tells, and waits until the runner has taken it in. */
async function tellAndWait(message: FromBlock): Promise<void> {
  const answered = next();
  tell(message);
  await answered;
}

function mark(name: MarkName): Promise<void> {
  const { user, system } = process.cpuUsage();
  return tellAndWait({ type: "mark", mark: name, cpuMs: (user + system) / 1000 });
}

try {
  const message = await first;
  if (message.type !== "spec") throw new TypeError("the first message must be the spec");
  const { performTask } = await import("./perform-task.ts");
  await performTask(message.spec, {
    mark,
    alive: () => tell({ type: "alive" }),
    outcome: (outcome) => tellAndWait({ type: "outcome", outcome }),
  });
  process.exit(0);
} catch (error) {
  const { message, remedy = null } = error as { message: string; remedy?: string | null };
  if (error instanceof Error) console.error(error.stack);
  await tellAndWait({ type: "error", message: message || String(error), remedy });
  process.exit(1);
}
