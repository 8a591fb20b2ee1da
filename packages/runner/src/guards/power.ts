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

async function linuxBattery(): Promise<boolean | null> {
  const root = "/sys/class/power_supply";
  const supplies = await readdir(root).catch(() => []);
  const states = await Promise.all(supplies.map((name) => readText(path.join(root, name, "status"))));
  const known = states.filter((state) => state !== "");
  return known.length === 0 ? null : known.includes("Discharging");
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
