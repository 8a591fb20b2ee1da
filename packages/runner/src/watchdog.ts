// Runs on a thread of its own in every block process, so that it also works while the main thread is inside the engine.
import { parentPort, workerData } from "node:worker_threads";

const { runner, everyMs } = workerData as { runner: number; everyMs: number };

setInterval(() => {
  // An orphan is given to another parent. The block process leads its group, so its helpers end with it.
  if (process.ppid !== runner) process.kill(-process.pid, "SIGKILL");
}, everyMs);

// Nothing is ever sent: the port only has to exist for `unref` on the other side.
parentPort?.unref();
