import { describe, expect, test } from "vitest";
import { DeviceReadings } from "../src/device-readings.ts";

describe("what a session takes of its devices", () => {
  test("is by the driver's count, beside what others had taken before", () => {
    const readings = new DeviceReadings(false, 500);
    readings.loaded({ taken: 1500, buffers: 900 });
    readings.look({ taken: 1700, buffers: 1000 });
    readings.look({ taken: 1600, buffers: 900 });
    expect(readings.summary()).toEqual({
      counted: "driver",
      inProcess: false,
      beforeLoad: 500,
      afterLoad: 1500,
      now: 1600,
      peak: 1700,
      buffers: 900,
    });
  });

  test("is never less than its buffers, whatever others give back, or where a driver does not count", () => {
    const readings = new DeviceReadings(false, 500);
    readings.loaded({ taken: 500, buffers: 900 });
    expect(readings.summary()).toMatchObject({ beforeLoad: 500, afterLoad: 1400, now: 1400, peak: 1400 });
  });

  test("is by its buffers where the device's memory is the process's own", () => {
    const readings = new DeviceReadings(true, null);
    readings.loaded({ taken: null, buffers: 900 });
    expect(readings.summary()).toMatchObject({
      counted: "buffers",
      inProcess: true,
      beforeLoad: 0,
      peak: 900,
    });
  });

  test("is nothing where nothing is held there", () => {
    const readings = new DeviceReadings(false, 500);
    readings.loaded({ taken: 700, buffers: 0 });
    expect(readings.summary()).toBeNull();
  });
});
