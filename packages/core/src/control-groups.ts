import { existsSync } from "node:fs";
import path from "node:path";
import { systemText } from "./system-file.ts";

/** A group's folder, with files as cgroup v1 or v2 names them. */
interface Group {
  readonly version: 1 | 2;
  readonly folder: string;
}

/**
 * The limits that Linux sets a process by its control groups, as those of a container. A limit holds for every group
 * below its own, so the process's group counts and all above it that can be seen. Elsewhere nothing is limited.
 */
export class ControlGroups {
  readonly #cpu: readonly Group[];
  readonly #memory: readonly Group[];

  /** The groups of a process; `root` is where the system's files lie. */
  constructor(pid: number | "self" = "self", root = "/") {
    this.#cpu = groupsOf("cpu", pid, root);
    this.#memory = groupsOf("memory", pid, root);
  }

  /** How many cores' time may be used: 0.8, for example. Null without a quota. */
  get cpuQuota(): number | null {
    return least(this.#cpu.map(quotaOf));
  }

  /**
   * Milliseconds for which the quota has kept cores from running the groups' processes, all cores together, since the
   * groups were made. Null without a quota.
   */
  get throttledMs(): number | null {
    if (this.cpuQuota === null) return null;
    return this.#cpu.map(throttledMsOf).reduce((sum, milliseconds) => sum + milliseconds, 0);
  }

  /** Bytes; null without a limit. */
  get memoryLimit(): number | null {
    return least(this.#memory.map(memoryLimitOf));
  }

  /** Bytes that are left below the limit. What files have in the page cache is left, too: the kernel gives it back. */
  get freeMemory(): number | null {
    return least(this.#memory.map(freeMemoryOf));
  }
}

/** The groups that hold the process to `controller`, from the highest on. */
function groupsOf(controller: string, pid: number | "self", root: string): Group[] {
  const memberships = linesOf(path.join(root, `proc/${pid}/cgroup`)).map(membershipOf);
  // Paths are told as this process sees them, so this process's own mounts lead to them.
  const mounts = linesOf(path.join(root, "proc/self/mountinfo")).map(mountOf);
  // A system that has both versions gives each controller to one of them.
  for (const version of [1, 2] as const) {
    const name = version === 1 ? controller : "";
    const group = memberships.find(({ controllers }) => controllers.includes(name));
    const mount = mounts.find(
      (each) => each.version === version && (version === 2 || each.controllers.includes(name)),
    );
    if (group && mount) return foldersOf(mount, group.path, root).map((folder) => ({ version, folder }));
  }
  return [];
}

/** "4:cpu,cpuacct:/docker/1f" of v1, "0::/user.slice" of v2. */
function membershipOf(line: string) {
  const [, controllers = "", group = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
  return { controllers: controllers.split(","), path: group };
}

/** "33 31 0:30 /docker/1f /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu": a number for each version, 0 for other mounts. */
function mountOf(line: string) {
  const [own = "", filesystem = ""] = line.split(" - ");
  const [, , , root = "", point = ""] = own.split(" ");
  const [type, , options = ""] = filesystem.split(" ");
  const version = type === "cgroup" ? 1 : type === "cgroup2" ? 2 : 0;
  return { version, root, point, controllers: options.split(",") };
}

function foldersOf(mount: ReturnType<typeof mountOf>, group: string, root: string): string[] {
  // A container may see its own group as the mount, and its path as the host sees it.
  const inside = group.startsWith(mount.root) ? group.slice(mount.root.length) : group;
  const names = inside.split("/").filter((name) => name !== "" && name !== "..");
  const top = path.join(root, mount.point);
  return [top, ...names.map((_, at) => path.join(top, ...names.slice(0, at + 1)))].filter(existsSync);
}

function quotaOf({ version, folder }: Group): number | null {
  const [time, period] =
    version === 2
      ? (textOf(folder, "cpu.max") ?? "").split(" ")
      : [textOf(folder, "cpu.cfs_quota_us"), textOf(folder, "cpu.cfs_period_us")];
  const cores = Number(time) / Number(period);
  // "max" in v2 and −1 in v1 stand for no quota.
  return cores > 0 ? cores : null;
}

function throttledMsOf({ version, folder }: Group): number {
  return version === 2
    ? fieldOf(folder, "cpu.stat", "throttled_usec") / 1e3
    : fieldOf(folder, "cpu.stat", "throttled_time") / 1e6;
}

function memoryLimitOf({ version, folder }: Group): number | null {
  // Beyond "high" a group is slowed down until it has given memory back.
  const files = version === 2 ? ["memory.max", "memory.high"] : ["memory.limit_in_bytes"];
  return least(files.map((file) => bytesOf(folder, file)));
}

function freeMemoryOf(group: Group): number | null {
  const { version, folder } = group;
  const limit = memoryLimitOf(group);
  const used = bytesOf(folder, version === 2 ? "memory.current" : "memory.usage_in_bytes");
  if (limit === null || used === null) return null;
  const reclaimable =
    version === 2
      ? ["inactive_file", "active_file", "slab_reclaimable"]
      : ["total_inactive_file", "total_active_file"];
  const cache = reclaimable.reduce((sum, name) => sum + fieldOf(folder, "memory.stat", name), 0);
  return Math.max(0, limit - Math.max(0, used - cache));
}

/** A file that holds one number; null where it is not there or says "max". */
function bytesOf(folder: string, file: string): number | null {
  const text = textOf(folder, file);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** A number of a file with a name and a number in each line; 0 where it is not there. */
function fieldOf(folder: string, file: string, name: string): number {
  const lines = (textOf(folder, file) ?? "").split("\n").map((line) => line.split(" "));
  return Number(lines.find(([field]) => field === name)?.[1] ?? 0);
}

function textOf(folder: string, file: string): string | null {
  return systemText(path.join(folder, file));
}

function linesOf(file: string): string[] {
  return (systemText(file) ?? "").split("\n").filter(Boolean);
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
