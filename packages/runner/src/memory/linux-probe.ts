import { readdirSync, readFileSync } from "node:fs";
import type { ProcessProbe, ProcessState } from "./probe.ts";

/** Linux counts CPU time for programs in hundredths of a second, whatever the kernel's own tick is. */
const millisecondsPerTick = 10;

/**
 * Resident set size from `status` (VmRSS, VmHWM): one short read. PSS would split shared pages fairly, but the kernel
 * walks the whole mapping for it, which disturbs what is measured.
 */
export const linuxProbe: ProcessProbe = {
  metric: "rss",
  look(pid) {
    const [status, stat] = [read(`/proc/${pid}/status`), read(`/proc/${pid}/stat`)];
    return status && stat ? linuxState(status, stat) : null;
  },
  children(pid) {
    return childrenByThread(pid) ?? childrenByScan(pid);
  },
};

/** From a process's `status` and `stat`; one that has ended and waits for its parent has no memory left. */
export function linuxState(status: string, stat: string): ProcessState {
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0) * 1024;
  const fields = statFields(stat);
  const cpuMs = (user: number) => (Number(fields[user]) + Number(fields[user + 1])) * millisecondsPerTick;
  return {
    bytes: bytes("VmRSS"),
    peakBytes: bytes("VmHWM"),
    cpuMs: cpuMs(11),
    endedChildrenCpuMs: cpuMs(13),
    stopped: /^t$/i.test(fields[0] ?? ""),
  };
}

/** The kernel's own list, one file a thread; null where the kernel was built without it. */
function childrenByThread(pid: number): number[] | null {
  const lists = names(`/proc/${pid}/task`).map((thread) => read(`/proc/${pid}/task/${thread}/children`));
  return lists.every((list) => list === null)
    ? null
    : lists.flatMap((list) => (list ?? "").split(" ").filter(Boolean).map(Number));
}

function childrenByScan(parent: number): number[] {
  return names("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statFields(read(`/proc/${pid}/stat`) ?? "")[1]) === parent);
}

/** Fields of `stat` after the command's name, which may itself hold spaces: state, parent, … user and system ticks. */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
