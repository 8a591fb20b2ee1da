import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EngineError, QuantlabError } from "../src/errors.ts";
import { type OwnProcess, type ProcessEnd, startOwnProcess } from "../src/own-process.ts";

const errors = path.join(import.meta.dirname, "../src/errors.ts");
const serveOwnProcess = path.join(import.meta.dirname, "../src/own-process-side.ts");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-own-process-"));
});
afterAll(() => rm(folder, { recursive: true }));

const died = ({ exitCode, lastWords }: ProcessEnd) =>
  new QuantlabError("DIED", `died: exit code ${exitCode}, ${lastWords}`);

/** A worker over a script, which has begun, and its process id. */
async function started(name: string, script: string): Promise<{ worker: OwnProcess; pid: number }> {
  const [entry, begun] = [path.join(folder, `${name}.mts`), path.join(folder, `${name}.pid`)];
  const tell = `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(begun)}, \`\${process.pid}.\`);`;
  await writeFile(entry, `${tell}\n${script}`);
  const worker = startOwnProcess(entry);
  await vi.waitUntil(async () => existsSync(begun) && (await readFile(begun, "utf8")).endsWith("."), 10_000);
  return { worker, pid: Number.parseInt(await readFile(begun, "utf8"), 10) };
}
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
const hasEnded = (pid: number) => vi.waitUntil(() => !isRunning(pid), 5000);

describe("a process that was started before its work", () => {
  it("does it when it comes", async () => {
    const script = `import { serveOwnProcess } from ${JSON.stringify(serveOwnProcess)};
      await serveOwnProcess({ work(job, note) { note("on it"); return job * 2; } });`;
    const { worker, pid } = await started("doubles", script);
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const answer = await worker.run<number, string, number>(21, { onNote, died });
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
    const answer = worker.run(1, { died });
    await expect(answer).rejects.toThrow("died: exit code 7, no such library");
  });

  it("throws what its work threw: an error for people with its code and remedy, any other with its stack", async () => {
    const failing = (thrown: string) => `import { serveOwnProcess } from ${JSON.stringify(serveOwnProcess)};
      import { EngineError, QuantlabError } from ${JSON.stringify(errors)};
      await serveOwnProcess({ work() { throw ${thrown}; } });`;
    const thrownBy = async (name: string, thrown: string) => {
      const { worker } = await started(name, failing(thrown));
      return worker.run(1, { died }).catch((error: unknown) => error);
    };
    const engine = await thrownBy("engine", 'new EngineError("llama.cpp", "no: room", "make some")');
    expect(engine).toBeInstanceOf(EngineError);
    expect(engine).toMatchObject({ message: "llama.cpp: no: room", remedy: "make some" });
    const usage = await thrownBy("usage", 'new QuantlabError("ODD", "is odd", { exitCode: 2 })');
    expect(usage).toBeInstanceOf(QuantlabError);
    expect(usage).toMatchObject({ code: "ODD", message: "is odd", exitCode: 2 });
    const fault = await thrownBy("fault", 'new TypeError("x is not a function")');
    expect(fault).not.toBeInstanceOf(QuantlabError);
    expect(fault).toMatchObject({
      message: "x is not a function",
      stack: expect.stringContaining("fault.mts"),
    });
  });

  it("ends at once when it is cancelled", async () => {
    const script = `import { serveOwnProcess } from ${JSON.stringify(serveOwnProcess)};
      await serveOwnProcess({ work(_, note) { note("on it"); for (;;) {} } });`;
    const { worker, pid } = await started("endless", script);
    const cancel = new AbortController();
    const onNote = () => cancel.abort(new Error("enough"));
    await expect(worker.run(1, { signal: cancel.signal, onNote, died })).rejects.toThrow("enough");
    await hasEnded(pid);
  });
});
