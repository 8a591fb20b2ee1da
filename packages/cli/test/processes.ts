import { execFileSync, spawnSync } from "node:child_process";

/** Process ids of the running children of `parent`, theirs included; works on Linux and macOS. */
export function processesStartedBy(parent: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => {
    const [pid, ppid, state = ""] = line.trim().split(/\s+/);
    return { pid: Number(pid), ppid: Number(ppid), ended: state.startsWith("Z") };
  });
  const below = (of: number): number[] =>
    all.filter(({ ppid, ended }) => ppid === of && !ended).flatMap(({ pid }) => [pid, ...below(pid)]);
  return below(parent);
}

/** Whether the process is there and not only waiting to be reaped. */
export function isRunning(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}
