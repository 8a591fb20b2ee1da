import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type Check, ok, warn } from "./check.ts";
import { firstLineOf } from "./program-output.ts";

const remedy = "plug the machine in before measuring: on battery the processor is slowed down";

/** Mains or battery, where the system tells; none elsewhere. */
export async function checkPower(): Promise<Check[]> {
  const onBattery = process.platform === "darwin" ? await macOnBattery() : await linuxOnBattery();
  if (onBattery === null) return [];
  return [onBattery ? warn("power", "on battery", remedy) : ok("power", "on mains")];
}

async function macOnBattery(): Promise<boolean | null> {
  const line = await firstLineOf("pmset", "-g", "batt");
  return line === null ? null : line.includes("Battery Power");
}

/** On battery when one discharges; null on a machine without battery or mains to read. */
async function linuxOnBattery(): Promise<boolean | null> {
  const folder = "/sys/class/power_supply";
  const names = await readdir(folder).catch(() => []);
  const read = (name: string, field: string) =>
    readFile(path.join(folder, name, field), "utf8").then(
      (text) => text.trim(),
      () => "",
    );
  const supplies = await Promise.all(
    names.map(async (name) => ({
      type: await read(name, "type"),
      status: await read(name, "status"),
      online: await read(name, "online"),
    })),
  );
  if (supplies.some(({ type, status }) => type === "Battery" && status === "Discharging")) return true;
  return supplies.some(({ type }) => type === "Mains" || type === "Battery") ? false : null;
}
