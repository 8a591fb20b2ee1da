import type { ProcessProbe } from "./probe.ts";

export type { ProcessProbe, ProcessState } from "./probe.ts";

/** The probe of this platform; null where a process cannot be looked at from outside. */
export async function openProcessProbe(): Promise<ProcessProbe | null> {
  if (process.platform === "linux") return (await import("./linux-probe.ts")).linuxProbe;
  if (process.platform === "darwin") return (await import("./darwin-probe.ts")).openDarwinProbe();
  return null;
}
