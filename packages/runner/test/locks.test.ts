import { describe, expect, it } from "vitest";
import { Bench, patience, until } from "./runs.ts";

const quick = ["--quick", "--blocks", "1"];

/** An experiment that has the locks and goes on until it is ended. */
async function oneMeasuring() {
  const bench = new Bench();
  const first = bench.start("faulty", ["--arms", "hangs", ...quick], { baseline: "hangs" });
  await until(() => bench.pids().length > 0);
  return { bench, first };
}

/** The same, and another experiment that has said that it waits. */
async function oneWaiting() {
  const { bench, first } = await oneMeasuring();
  const second = bench.start("healthy", quick, { folder: bench.folder("other") });
  let said = "";
  second.stderr.on("data", (text: Buffer) => {
    said += text;
  });
  await until(() => said.includes("waiting"));
  return { bench, first, second, said };
}

describe("locks", { timeout: patience }, () => {
  it("refuse the same experiment of the same checkout at once", async () => {
    const { bench, first } = await oneMeasuring();
    const second = await bench.start("faulty", quick);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(
      new RegExp(
        `error: exp902 runs already in this checkout: exp902 \\(process ${first.pid}, since .* UTC\\)`,
      ),
    );
    first.kill("SIGINT");
    expect((await first).exitCode).toBe(130);
  });

  it("let another experiment wait, say for whom, and run afterwards", async () => {
    const { bench, first, second, said } = await oneWaiting();
    expect(said).toContain(`waiting: exp902 (process ${first.pid}, since `);
    expect(bench.runFiles("other")).toEqual([]);
    first.kill("SIGINT");
    await first;
    expect((await second).exitCode).toBe(0);
    expect(bench.runFiles("other")).toHaveLength(1);
  });

  it("of a killed runner are taken over", async () => {
    const { bench, first } = await oneMeasuring();
    first.kill("SIGKILL");
    await first;
    const { exitCode, blocks } = await bench.run("faulty", ["--arms", "healthy", ...quick]);
    expect(exitCode).toBe(0);
    expect(blocks("healthy")[0]?.status).toBe("measured");
  });

  it("stop waiting on Ctrl-C", async () => {
    const { first, second } = await oneWaiting();
    second.kill("SIGINT");
    expect((await second).exitCode).toBe(130);
    first.kill("SIGINT");
    await first;
  });
});
