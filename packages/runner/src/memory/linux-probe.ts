import { readdirSync, readFileSync } from "node:fs";
import type { ProcessProbe } from "./probe.ts";

/** Linux counts CPU time for programs in hundredths of a second, whatever the kernel's own tick is. */
const millisecondsPerTick = 10;

/**
 * Resident set size from `status` (VmRSS): one short read. PSS would split shared pages fairly, but the kernel walks
 * the whole mapping for it, which disturbs what is measured.
 */
export const linuxProbe: ProcessProbe = {
  metric: "rss",
  bytes(pid) {
    const kibibytes = read(`/proc/${pid}/status`)?.match(/^VmRSS:\s*(\d+)/m)?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  },
  cpuMs(pid) {
    const fields = statFields(pid);
    return fields ? (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick : null;
  },
  endedChildrenCpuMs(pid) {
    const fields = statFields(pid);
    return fields ? (Number(fields[13]) + Number(fields[14])) * millisecondsPerTick : null;
  },
  children(pid) {
    return childrenByThread(pid) ?? childrenByScan(pid);
  },
};

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
    .filter((pid) => Number(statFields(pid)?.[1]) === parent);
}

/** Fields of `stat` after the command's name, which may itself hold spaces: state, parent, … user and system ticks. */
function statFields(pid: number): string[] | null {
  const stat = read(`/proc/${pid}/stat`);
  return stat ? stat.slice(stat.lastIndexOf(")") + 2).split(" ") : null;
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
