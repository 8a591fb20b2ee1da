import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProgressLine, printError } from "../src/index.ts";

let written = "";
beforeEach(() => {
  written = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const half = { step: "reading", done: 512, total: 1024, unit: "bytes" } as const;

test("where nobody watches, progress says what stays and a long step now and then", () => {
  vi.useFakeTimers({ toFake: ["hrtime"] });
  using progress = new ProgressLine();
  expect(progress.watched).toBe(false);
  progress.show("for a moment");
  progress.step(half);
  expect(written).toBe("");
  vi.advanceTimersByTime(11_000);
  progress.step(half);
  progress.step({ ...half, done: 1024 });
  progress.step({ step: "chunks", done: 3, total: null, unit: "steps" });
  progress.say("done");
  expect(written).toBe("reading: 512 B of 1.00 KiB (50%)\ndone\n");
});

test("an error is told in two lines, whatever its text holds", () => {
  printError({ message: "it broke:\n  in two", remedy: null });
  printError({ message: "no model", remedy: "name\none" });
  expect(written).toBe("error: it broke:; in two\nerror: no model\nname; one\n");
});
