import { describe, expect, it } from "vitest";
import { Bench, behaving, experimentOf, patience, until } from "./runs.ts";

const hanging = experimentOf(behaving("hangs"));
const healthy = experimentOf(behaving("healthy"), { id: "exp902" });
const quick = ["--quick"];

/** An experiment that does not end, and holds the locks. */
async function holder(bench: Bench) {
  const first = bench.start(hanging, quick);
  await bench.generating();
  // A result that is no promise: nobody waits for its end here.
  return { first };
}

/** Another that waits for it, and what it says. */
async function waiting(bench: Bench) {
  const second = bench.start(healthy, quick, { folder: bench.folder("other") });
  let said = "";
  second.stderr.on("data", (text: Buffer) => (said += text));
  await until(() => said.includes("waiting"));
  return { second, said };
}

describe("locks", { timeout: patience }, () => {
  it("refuse the same experiment of the same checkout at once", async () => {
    const bench = new Bench();
    const { first } = await holder(bench);
    const second = await bench.start(hanging, quick);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(
      new RegExp(
        `error: exp901 runs already in this checkout: exp901 \\(process ${first.pid}, since .* UTC\\)`,
      ),
    );
    first.kill("SIGINT");
    expect((await first).exitCode).toBe(130);
  });

  it("let another experiment wait, say for whom, and run afterwards", async () => {
    const bench = new Bench();
    const { first } = await holder(bench);
    const { second, said } = await waiting(bench);
    expect(said).toContain(`waiting: exp901 (process ${first.pid}, since `);
    expect(bench.runFiles("other")).toEqual([]);
    first.kill("SIGINT");
    await first;
    expect((await second).exitCode).toBe(0);
    expect(bench.runFiles("other")).toHaveLength(1);
  });

  it("of a killed runner are taken over", async () => {
    const bench = new Bench();
    const { first } = await holder(bench);
    first.kill("SIGKILL");
    await first;
    const { exitCode, blocks } = await bench.run(healthy, quick);
    expect(exitCode).toBe(0);
    expect(blocks("healthy")[0]?.status).toBe("measured");
  });

  it("stop waiting on Ctrl-C", async () => {
    const bench = new Bench();
    const { first } = await holder(bench);
    const { second } = await waiting(bench);
    second.kill("SIGINT");
    expect((await second).exitCode).toBe(130);
    first.kill("SIGINT");
    await first;
  });
});
