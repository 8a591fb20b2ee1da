import { describe, expect, it } from "vitest";
import { Bench, patience, until } from "./runs.ts";

const quick = ["--quick", "--blocks", "1"];

describe("locks", { timeout: patience }, () => {
  it("refuse the same experiment of the same checkout at once", async () => {
    const bench = new Bench();
    const first = bench.start("faulty", ["--arms", "hangs", ...quick], { baseline: "hangs" });
    await until(() => bench.pids().length > 0);
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
    const bench = new Bench();
    const first = bench.start("faulty", ["--arms", "hangs", ...quick], { baseline: "hangs" });
    await until(() => bench.pids().length > 0);
    const second = bench.start("healthy", quick, { folder: bench.folder("other") });
    let said = "";
    second.stderr.on("data", (text: Buffer) => (said += text));
    await until(() => said.includes("waiting"));
    expect(said).toContain(`waiting: exp902 (process ${first.pid}, since `);
    expect(bench.runFiles("other")).toEqual([]);
    first.kill("SIGINT");
    await first;
    expect((await second).exitCode).toBe(0);
    expect(bench.runFiles("other")).toHaveLength(1);
  });

  it("of a killed runner are taken over", async () => {
    const bench = new Bench();
    const first = bench.start("faulty", ["--arms", "hangs", ...quick], { baseline: "hangs" });
    await until(() => bench.pids().length > 0);
    first.kill("SIGKILL");
    await first;
    const { exitCode, blocks } = await bench.run("faulty", ["--arms", "healthy", ...quick]);
    expect(exitCode).toBe(0);
    expect(blocks("healthy")[0]?.status).toBe("measured");
  });

  it("stop waiting on Ctrl-C", async () => {
    const bench = new Bench();
    const first = bench.start("faulty", ["--arms", "hangs", ...quick], { baseline: "hangs" });
    await until(() => bench.pids().length > 0);
    const second = bench.start("healthy", quick, { folder: bench.folder("other") });
    let said = "";
    second.stderr.on("data", (text: Buffer) => (said += text));
    await until(() => said.includes("waiting"));
    second.kill("SIGINT");
    expect((await second).exitCode).toBe(130);
    first.kill("SIGINT");
    await first;
  });
});
