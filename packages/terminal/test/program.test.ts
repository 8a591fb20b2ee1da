import path from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { describe, expect, test } from "vitest";

const terminal = pathToFileURL(path.join(import.meta.dirname, "../src/index.ts")).href;
const programOf = (body: string) =>
  `import { runProgram } from ${JSON.stringify(terminal)};
   import { QuantlabError } from "@quantlab/core";
   await runProgram(async (signal) => { ${body} });`;
const start = (body: string) =>
  execa(process.execPath, ["--input-type=module", "-e", programOf(body)], {
    cwd: import.meta.dirname,
    reject: false,
  });

describe("a program", () => {
  test("tells an error that a person can mend, with its remedy, and ends with 1", async () => {
    const { exitCode, stderr } = await start(
      'throw new QuantlabError("PEER_MISSING", "there is no peer", { remedy: "build it" });',
    );
    expect(stderr).toBe("error: there is no peer\nbuild it");
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
    expect([stdout, stderr]).toEqual(["cleaned up", "interrupted; last good results untouched"]);
    expect(exitCode).toBe(130);
  });

  test("does so while it runs a program, whose keeper would end it at once", async () => {
    const running = `const { execa } = await import("execa");
      void execa(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { cancelSignal: signal, reject: false });`;
    const { exitCode, stdout } = await start(running + interrupted);
    expect([stdout, exitCode]).toEqual(["cleaned up", 130]);
  });

  test("ends at once on a second interrupt, cleaned up or not", async () => {
    const { exitCode, stdout } = await start(`
      signal.onabort = () => process.kill(process.pid, "SIGINT");
      process.kill(process.pid, "SIGINT");
      await new Promise(() => setTimeout(() => console.log("waited for"), 10_000));`);
    expect([stdout, exitCode]).toEqual(["", 130]);
  });

  test("leaves the exit code that its body set", async () => {
    expect((await start("process.exitCode = 1;")).exitCode).toBe(1);
  });
});
