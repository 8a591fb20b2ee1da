import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { calibrate } from "../src/guards/calibration.ts";
import { measureCopySpeed } from "../src/guards/copy-speed.ts";
import { foreignPercent, linuxStolen, stolenPercent } from "../src/guards/cpu-clock.ts";
import { darwinBattery, darwinThrottled, linuxBattery, wasThrottled } from "../src/guards/power.ts";
import { darwinSwap, linuxSwap } from "../src/guards/swap.ts";

describe("guards", () => {
  it("count as foreign what neither the runner nor the block used", () => {
    const cores = os.cpus().length;
    const before = { atMs: 0, busyMs: 1000, ownMs: 50, stolenMs: null };
    // 1000 ms on each core: 300 used in all, 20 by the runner, 80 by the block.
    const after = { atMs: 1000, busyMs: 1300, ownMs: 70, stolenMs: null };
    expect(foreignPercent(before, after, 80)).toBeCloseTo(20 / cores, 9);
    expect(foreignPercent(before, after, 500)).toBe(0);
  });

  it("count as stolen what a hypervisor gave to others of the time that was asked for", () => {
    const stat = (steal: string) =>
      `cpu  1311807 174251 156628 917569 5548 0 1772${steal}\ncpu0 571357 88867\n`;
    expect(linuxStolen(stat(" 11025 0 0"))).toBe(110_250);
    // Kernels before 2.6.11, and what is no Linux.
    expect(linuxStolen(stat(""))).toBeNull();
    expect(linuxStolen("")).toBeNull();
    const before = { atMs: 0, busyMs: 1000, ownMs: 0, stolenMs: 200 };
    const after = { atMs: 1000, busyMs: 1900, ownMs: 0, stolenMs: 300 };
    expect(stolenPercent(before, after)).toBeCloseTo(10, 9);
    expect(stolenPercent(before, before)).toBe(0);
    expect(stolenPercent(before, { ...after, stolenMs: null })).toBeNull();
  });

  it("read swap from what Linux and macOS print", () => {
    expect(linuxSwap("MemTotal: 8 kB\nSwapTotal:       2048 kB\nSwapFree:        1024 kB\n")).toBe(2 ** 20);
    expect(linuxSwap("")).toBeNull();
    expect(darwinSwap("total = 2048.00M  used = 1021.25M  free = 1026.75M  (encrypted)")).toBe(
      1021.25 * 2 ** 20,
    );
    expect(darwinSwap("")).toBeNull();
  });

  it("read power and heat from what macOS prints", () => {
    expect(darwinBattery("Now drawing from 'Battery Power'\n -InternalBattery-0")).toBe(true);
    expect(darwinBattery("Now drawing from 'AC Power'\n")).toBe(false);
    expect(darwinBattery("")).toBeNull();
    expect(darwinThrottled("CPU_Scheduler_Limit = 100\nCPU_Speed_Limit \t= 84\n")).toBe(1);
    expect(darwinThrottled("Note: No thermal warning level has been recorded\n")).toBe(0);
    expect(darwinThrottled("")).toBeNull();
  });

  it.each([
    ["no supplies", {}, null],
    ["mains", { AC: { type: "Mains", online: "1" } }, false],
    ["a battery in use", { AC: { type: "Mains" }, BAT0: { type: "Battery", status: "Discharging" } }, true],
    ["a battery that is full", { BAT0: { type: "Battery", status: "Full" } }, false],
    ["a mouse", { hid: { type: "Battery", scope: "Device", status: "Discharging" } }, null],
  ])("read power from what Linux lists: %s", async (_, supplies, expected) => {
    const root = mkdtempSync(path.join(os.tmpdir(), "quantlab-power-"));
    for (const [name, fields] of Object.entries(supplies)) {
      mkdirSync(path.join(root, name));
      for (const [field, text] of Object.entries(fields))
        writeFileSync(path.join(root, name, field), `${text}\n`);
    }
    expect(await linuxBattery(root)).toBe(expected);
  });

  it("call a host throttled only where it tells", () => {
    const reading = (throttleEvents: number | null) => ({ onBattery: null, throttleEvents });
    expect(wasThrottled(reading(null), reading(3))).toBeNull();
    expect(wasThrottled(reading(0), reading(0))).toBe(false);
    expect(wasThrottled(reading(0), reading(1))).toBe(true);
  });

  it("give figures on this host", () => {
    expect(calibrate()).toBeGreaterThan(0);
    expect(measureCopySpeed()).toBeGreaterThan(1e6);
  });
});
