import { execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { busyNeighbours } from "../src/subject/busy-neighbours.ts";

/** Processes whose block is `pid`. */
function neighboursOf(pid: number): string[] {
  const lines = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.startsWith("sh -c") && line.endsWith(`quantlab-neighbour ${pid}`));
}

test("busy neighbours are as many as were asked for, and gone when they are disposed of", async () => {
  {
    using _busy = busyNeighbours(2);
    await expect.poll(() => neighboursOf(process.pid)).toHaveLength(2);
  }
  await expect.poll(() => neighboursOf(process.pid)).toEqual([]);
  using _none = busyNeighbours(0);
  expect(neighboursOf(process.pid)).toEqual([]);
});

test("one whose block was killed ends by itself", async () => {
  const script = `
    import { busyNeighbours } from "./src/subject/busy-neighbours.ts";
    globalThis.kept = busyNeighbours(1);
    setInterval(() => {}, 1000);
    console.log("started");
  `;
  const block = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: path.join(import.meta.dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => block.stdout.once("data", resolve));
  await expect.poll(() => neighboursOf(block.pid!)).toHaveLength(1);
  block.kill("SIGKILL");
  await expect.poll(() => neighboursOf(block.pid!), { timeout: 15_000 }).toEqual([]);
});
