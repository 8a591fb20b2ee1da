import { readFile } from "node:fs/promises";
import { execa } from "execa";

/** Bytes of swap in use; null where the host does not tell. */
export async function readSwapBytes(): Promise<number | null> {
  if (process.platform === "linux") return linuxSwap(await readFile("/proc/meminfo", "utf8").catch(() => ""));
  if (process.platform !== "darwin") return null;
  const { stdout } = await execa("sysctl", ["-n", "vm.swapusage"], { reject: false });
  return darwinSwap(stdout ?? "");
}

/** From /proc/meminfo, in kB. */
export function linuxSwap(meminfo: string): number | null {
  const field = (name: string) => meminfo.match(new RegExp(`^${name}:\\s*(\\d+)`, "m"))?.[1];
  const [total, free] = [field("SwapTotal"), field("SwapFree")];
  return total === undefined || free === undefined ? null : (Number(total) - Number(free)) * 1024;
}

/** From "total = 2048.00M  used = 1021.25M  free = 1026.75M  (encrypted)". */
export function darwinSwap(usage: string): number | null {
  const used = usage.match(/used = ([\d.]+)M/)?.[1];
  return used === undefined ? null : Number(used) * 2 ** 20;
}
