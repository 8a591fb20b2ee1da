import { execFileSync } from "node:child_process";
import path from "node:path";
import { systemText } from "./system-file.ts";

/**
 * How many physical performance cores this process may run on: of hyperthreads one a core, and no efficiency cores
 * unless there are no others. Null where the system does not tell. By hand, since the library systeminformation starts
 * programs for it and knows nothing of what a process may run on.
 */
export function performanceCores(): number | null {
  if (process.platform === "linux") return performanceCoresOf("/");
  // Programs cannot be held to some cores there.
  if (process.platform === "darwin") return sysctl("hw.perflevel0.physicalcpu") ?? sysctl("hw.physicalcpu");
  return null;
}

/** Arm's little cores can do a quarter to a half of what the big ones can; cores of one kind differ by less. */
const efficiencyShare = 2 / 3;

/** The same from a Linux system's files; `root` is where they lie. */
export function performanceCoresOf(root: string): number | null {
  const read = (file: string) => systemText(path.join(root, file));
  const [, allowed = ""] = /^Cpus_allowed_list:[ \t]*(\S+)$/m.exec(read("proc/self/status") ?? "") ?? [];
  const cpus = numbersOf(allowed).flatMap((cpu) => {
    const folder = `sys/devices/system/cpu/cpu${cpu}`;
    // The older name is of kernels before 5.3.
    const core = read(`${folder}/topology/core_cpus_list`) ?? read(`${folder}/topology/thread_siblings_list`);
    // The list also has processors that are switched off, or that a virtual machine might be given one day.
    if (core === null) return [];
    return [{ cpu, core, capacity: Number(read(`${folder}/cpu_capacity`) ?? 1024) }];
  });
  // Intel's processors with two kinds of cores say which are which; their capacities would not.
  const named = new Set(numbersOf(read("sys/devices/cpu_core/cpus") ?? ""));
  const ofIntel = cpus.filter(({ cpu }) => named.has(cpu));
  const candidates = ofIntel.length > 0 ? ofIntel : cpus;
  const least = efficiencyShare * Math.max(...candidates.map(({ capacity }) => capacity));
  return new Set(candidates.filter(({ capacity }) => capacity > least).map(({ core }) => core)).size || null;
}

/** "0-3,8" is 0, 1, 2, 3 and 8. */
function numbersOf(list: string): number[] {
  return list
    .split(",")
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** A number that the kernel of macOS knows by this name; null where it knows none. */
function sysctl(name: string): number | null {
  try {
    const told = execFileSync("/usr/sbin/sysctl", ["-n", name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(told) || null;
  } catch {
    return null;
  }
}
