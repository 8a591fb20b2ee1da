import { EngineError } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { runUntilTold } from "../src/run-until-told.ts";
import { mustRun, timed } from "../src/timed.ts";

const node = (body: string) => [process.execPath, ["-e", body]] as const;
const { signal } = new AbortController();

describe("a program that is timed", () => {
  test("tells what it said, how it ended, and that it took time", async () => {
    const run = await timed(...node("console.log(1); console.error(2); process.exit(3)"), signal);
    expect(run).toMatchObject({ exitCode: 3, stdout: "1" });
    expect(run.said).toContain("2");
    expect(run.ms).toBeGreaterThan(0);
  });

  test("is held to account for the memory of what it starts", async () => {
    const child = "const held = Buffer.alloc(3e8, 1); setTimeout(() => held.length, 400)";
    const parent = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(child)}])`;
    const { peakMemoryBytes } = await timed(...node(parent), signal);
    if (process.platform === "linux") expect(peakMemoryBytes).toBeGreaterThan(3e8);
  });

  test("that must not refuse is an error with its last words", async () => {
    const failing = mustRun(...node("console.error('disk full'); process.exit(1)"), signal);
    await expect(failing).rejects.toThrow(EngineError);
    await expect(failing).rejects.toThrow("disk full");
  });

  test("is ended by an interrupt", async () => {
    const interrupt = new AbortController();
    const running = timed(...node("setInterval(() => {}, 1000)"), interrupt.signal);
    setTimeout(() => interrupt.abort(), 200);
    await expect(running).rejects.toThrow("aborted");
  });
});

describe("a program that may end before it has told everything", () => {
  /** Says nothing at first, as llama-perplexity does when its printing thread is late. */
  const outputs = (...each: string[]) => {
    const run = () => timed(...node(`process.stdout.write(${JSON.stringify(each.shift() ?? "")})`), signal);
    return runUntilTold(run, ({ stdout }) => {
      if (stdout === "") throw new EngineError("llama-perplexity", "told nothing");
      return Number(stdout);
    });
  };

  test("is run again, and the run that told is the one that counts", async () => {
    const { run, told } = await outputs("", "", "7");
    expect([run.stdout, told]).toEqual(["7", 7]);
  });

  test("is given up in the end", async () => {
    await expect(outputs()).rejects.toThrow("told nothing");
  });
});
