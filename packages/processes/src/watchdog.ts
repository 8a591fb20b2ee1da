// A thread of its own in every process that serves: it works while the main thread is inside a native call.
import { workerData } from "node:worker_threads";
import { endGroup } from "./end-group.ts";

const { caller, everyMs } = workerData as { caller: number; everyMs: number };

setInterval(() => {
  // An orphan is given to another parent.
  if (process.ppid !== caller) endGroup();
}, everyMs);
