import path from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { inSeededOrder } from "../src/index.ts";

const tools = pathToFileURL(path.join(import.meta.dirname, "../src/index.ts")).href;
const programOf = (body: string) =>
  `import { runProgram } from ${JSON.stringify(tools)};
   import { QuantlabError } from "@quantlab/core";
   await runProgram(async (signal) => { ${body} });`;
const start = (body: string) =>
  execa(process.execPath, ["--input-type=module", "-e", programOf(body)], {
    cwd: import.meta.dirname,
    reject: false,
  });

describe("a benchmark's program", () => {
  test("tells an error that a person can mend, with its remedy, and ends with 1", async () => {
    const { exitCode, stderr } = await start(
      'throw new QuantlabError("PEER_MISSING", "there is no peer", { remedy: "build it" });',
    );
    expect(stderr).toBe("error: there is no peer\n  build it");
    expect(exitCode).toBe(1);
  });

  test("shows another error with its stack", async () => {
    const { exitCode, stderr } = await start('throw new RangeError("ours to mend");');
    expect(stderr).toMatch(/RangeError: ours to mend\n +at /);
    expect(exitCode).toBe(1);
  });

  /** Waits for the signal that it sends itself, then cleans up, as a benchmark does with its folder. */
  const interrupted = `
    setTimeout(() => process.kill(process.pid, "SIGTERM"), 50);
    try {
      await new Promise((_, reject) => {
        const held = setInterval(() => {}, 1000);
        signal.onabort = () => { clearInterval(held); reject(signal.reason); };
      });
    } finally {
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log("cleaned up");
    }`;

  test("hears an interrupt, cleans up and ends with 130", async () => {
    const { exitCode, stdout, stderr } = await start(interrupted);
    expect([stdout, stderr]).toEqual(["cleaned up", "interrupted; the last results are untouched"]);
    expect(exitCode).toBe(130);
  });

  test("does so while it runs a program, whose keeper would end it at once", async () => {
    const running = `const { execa } = await import("execa");
      void execa(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { cancelSignal: signal, reject: false });`;
    const { exitCode, stdout } = await start(running + interrupted);
    expect([stdout, exitCode]).toEqual(["cleaned up", 130]);
  });
});

describe("the order of a round", () => {
  const order = (seed: number, round: number) =>
    inSeededOrder(["a", "b", "c", "d", "e"], { seed, round, nameOf: (name) => name });

  test("has every block once, is the same for a seed, and changes with the round", () => {
    expect(order(1, 0).toSorted()).toEqual(["a", "b", "c", "d", "e"]);
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(new Set([0, 1, 2, 3].map((round) => order(1, round).join(""))).size).toBeGreaterThan(1);
  });
});
