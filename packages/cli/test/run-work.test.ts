import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { EngineError } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type StartedWorker, startWorker } from "../src/frame/run-work.ts";
import { isRunning } from "./processes.ts";

const never = new AbortController().signal;
const engine = "this engine";
const serveWork = path.join(import.meta.dirname, "../src/frame/serve-work.ts");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-run-work-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A worker over a script, which has begun, and its process id. */
async function started(name: string, script: string): Promise<{ worker: StartedWorker; pid: number }> {
  const [entry, begun] = [path.join(folder, `${name}.mts`), path.join(folder, `${name}.pid`)];
  const tell = `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(begun)}, \`\${process.pid}.\`);`;
  await writeFile(entry, `${tell}\n${script}`);
  const worker = startWorker({ entry });
  await vi.waitUntil(async () => existsSync(begun) && (await readFile(begun, "utf8")).endsWith("."), 10_000);
  return { worker, pid: Number.parseInt(await readFile(begun, "utf8"), 10) };
}
const hasEnded = (pid: number) => vi.waitUntil(() => !isRunning(pid), 5000);

describe("a process that was started before its work", () => {
  it("does it when it comes", async () => {
    const script = `import { serveWork } from ${JSON.stringify(serveWork)};
      await serveWork(async (job, note) => { note("on it"); return job * 2; });`;
    const { worker, pid } = await started("doubles", script);
    const notes: string[] = [];
    const answer = await worker.run<number, string, number>(
      { job: 21, engine },
      (note) => notes.push(note),
      never,
    );
    expect([answer, notes]).toEqual([42, ["on it"]]);
    await hasEnded(pid);
  });

  it("ends where none comes", async () => {
    const { worker, pid } = await started("waits", "setInterval(() => {}, 1000);");
    expect(isRunning(pid)).toBe(true);
    worker[Symbol.dispose]();
    await hasEnded(pid);
  });

  it("and ended by itself is an error that says how, not a wait for an answer", async () => {
    const { worker, pid } = await started("gone", 'console.error("no such library"); process.exitCode = 7;');
    await hasEnded(pid);
    const answer = worker.run({ job: 1, engine }, () => {}, never);
    await expect(answer).rejects.toThrow(EngineError);
    await expect(answer).rejects.toThrow("its process ended with exit code 7: no such library");
  });
});
