import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";

export interface PowerReading {
  readonly onBattery: boolean | null;
  /** Heat events since the host started, or 1 while it is slowed down; null where the host does not tell. */
  readonly throttleEvents: number | null;
}

/** Whether heat slowed the host between two readings: a counter that grew, or a limit that was in force at either. */
export function wasThrottled(before: PowerReading, after: PowerReading): boolean | null {
  const [first, last] = [before.throttleEvents, after.throttleEvents];
  if (first === null || last === null) return null;
  return process.platform === "darwin" ? first + last > 0 : last > first;
}

/** Where the host's power comes from, and whether heat slows it down. Both are null on most servers. */
export async function readPower(): Promise<PowerReading> {
  if (process.platform === "linux") {
    return { onBattery: await linuxBattery(), throttleEvents: await linuxThrottleEvents() };
  }
  if (process.platform !== "darwin") return { onBattery: null, throttleEvents: null };
  const ask = async (what: string) => (await execa("pmset", ["-g", what], { reject: false })).stdout ?? "";
  return { onBattery: darwinBattery(await ask("batt")), throttleEvents: darwinThrottled(await ask("therm")) };
}

export function darwinBattery(text: string): boolean | null {
  const source = text.match(/drawing from '(\w+) Power'/)?.[1];
  return source === undefined ? null : source === "Battery";
}

/** From `pmset -g therm`: a speed limit under 100, or a thermal warning. */
export function darwinThrottled(text: string): number | null {
  const limit = text.match(/CPU_Speed_Limit\s*=\s*(\d+)/)?.[1];
  if (limit !== undefined) return Number(limit) < 100 ? 1 : 0;
  return /No thermal warning level/.test(text) ? 0 : null;
}

/** On battery when one of the machine's own discharges; null where there is neither battery nor mains to read. */
export async function linuxBattery(root = "/sys/class/power_supply"): Promise<boolean | null> {
  const names = await readdir(root).catch(() => []);
  const read = async (name: string) => {
    const [type, scope, status] = await Promise.all(
      ["type", "scope", "status"].map((field) => readText(path.join(root, name, field))),
    );
    return { type, scope, status };
  };
  // A wireless mouse is listed too, and discharges on any machine.
  const supplies = (await Promise.all(names.map(read))).filter(({ scope }) => scope !== "Device");
  if (supplies.some(({ type, status }) => type === "Battery" && status === "Discharging")) return true;
  return supplies.some(({ type }) => type === "Battery" || type === "Mains") ? false : null;
}

async function linuxThrottleEvents(): Promise<number | null> {
  const root = "/sys/devices/system/cpu";
  const cores = (await readdir(root).catch(() => [])).filter((name) => /^cpu\d+$/.test(name));
  const counts = await Promise.all(
    cores.map((core) => readText(path.join(root, core, "thermal_throttle/core_throttle_count"))),
  );
  const known = counts.filter((count) => count !== "");
  return known.length === 0 ? null : known.reduce((sum, count) => sum + Number(count), 0);
}

async function readText(file: string): Promise<string> {
  return (await readFile(file, "utf8").catch(() => "")).trim();
}
