import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  EngineError,
  type ModelFile,
  type ProgramSubject,
  UnavailableError,
  UsageError,
} from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { command } from "../src/command/scenario.ts";
import type { Workload } from "../src/command/workload.ts";
import { prepareSubject } from "../src/index.ts";
import { unwatchedBlock } from "./unwatched-block.ts";

const root = mkdtempSync(path.join(tmpdir(), "command-test-"));
const model = { path: "/models/some model.gguf" } as ModelFile;

/** Runs a shell's script, which finds the further words as $0, $1, …; the phases that it went through are there, too. */
async function perform(script: string, workload: Partial<Workload> = {}, words: readonly string[] = []) {
  const subject = { program: "{shell}", environment: { GREETING: "hello {root}" } };
  const phases: string[] = [];
  const context = unwatchedBlock({ phase: async (name) => void phases.push(name) });
  const places = { shell: "sh", root };
  const ready = { ...(await prepareSubject(subject, { places })), model };
  const asked = { arguments: ["-c", script, ...words], figures: {}, ...workload };
  const arm = { name: "program", subject: ready, workload: asked };
  const { signal } = context;
  const [settled] = await command.settle!([arm], {
    signal,
    baseline: "program",
    silenceMs: 1000,
    reference: null,
  });
  const sample = command.perform(ready, { ...asked, ...settled!.settled }, context);
  return { ...(await sample), phases };
}

const printing = (text: string) => `printf '%s\\n' '${text}'`;

describe("a program's figures", () => {
  it("are read by a pattern, from stdout and stderr, as often as they are printed", async () => {
    const { figures, refused, wallMs, phases } = await perform(
      `${printing("load: 3.5 s\nstep 1: 10 tok/s\nstep 2: 12.5 tok/s")}; echo 'peak 97.745 %' >&2`,
      {
        figures: {
          load: { pattern: "^load: ([\\d.]+) s$", scale: 1000 },
          speed: { pattern: "^step \\d+: ([\\d.]+) tok/s" },
          peak: { pattern: "peak ([\\d.]+) %", scale: 0.01 },
        },
      },
    );
    expect(figures).toEqual({ load: [3500], speed: [10, 12.5], peak: [0.97745] });
    expect(refused).toBe(false);
    expect(wallMs).toBeGreaterThan(0);
    expect(phases).toEqual(["beforeRun", "started", "afterRun"]);
  });

  it("are read by a JSON pointer from stdout alone, where * is every item", async () => {
    const document = { runs: [{ "tok/s": 3 }, { "tok/s": 4 }], total: { ms: [5, 6] } };
    const { figures } = await perform(`${printing(JSON.stringify(document))}; echo noise >&2`, {
      figures: {
        speed: { pointer: "/runs/*/tok~1s" },
        second: { pointer: "/runs/1/tok~1s" },
        seconds: { pointer: "/total/ms", scale: 0.001 },
      },
    });
    expect(figures).toEqual({ speed: [3, 4], second: [4], seconds: [0.005, 0.006] });
  });

  it.each([
    ["is not printed", printing("done"), { pattern: "speed: (\\d+)" }, "sh: printed no figure speed: done"],
    ["nothing is printed", ":", { pattern: "speed: (\\d+)" }, "printed no figure speed: nothing at all"],
    ["is no number", printing("speed: fast"), { pattern: "speed: (\\w+)" }, "printed no figure speed"],
    ["is empty", printing("speed:"), { pattern: "speed:(.*)" }, "printed no figure speed"],
    ["is not in the document", printing("{}"), { pointer: "/speed" }, "printed no figure speed: {}"],
    ["is null there", printing('{"speed":null}'), { pointer: "/speed" }, "printed no figure speed"],
    ["is a yes there", printing('{"speed":[true]}'), { pointer: "/speed" }, "printed no figure speed"],
    ["comes in no JSON", printing("oops"), { pointer: "/speed" }, "sh: printed no JSON: oops"],
  ])("that %s is an error that says what was printed", async (_, script, speed, message) => {
    const run = perform(script, { figures: { speed } });
    await expect(run).rejects.toThrow(EngineError);
    await expect(run).rejects.toThrow(message);
  });
});

describe("a program", () => {
  it("gets the model, the places and its environment, without a shell in between", async () => {
    const output = path.join(root, "words");
    await perform(`printf '%s\\n' "$0" "$1" "$GREETING" > ${output}`, {}, [
      "--model={model}",
      "{root}/a b;$c",
    ]);
    expect(readFileSync(output, "utf8").trim().split("\n")).toEqual([
      "--model=/models/some model.gguf",
      `${root}/a b;$c`,
      `hello ${root}`,
    ]);
  });

  it("that asks is not waited for: there is nobody to answer", async () => {
    const { figures } = await perform("read answer; echo speed 7", {
      figures: { speed: { pattern: "(\\d)" } },
    });
    expect(figures).toEqual({ speed: [7] });
  });

  it("whose words name a place that nobody named is refused", async () => {
    const message = '"{nowhere}/x" names {nowhere}, and the plan has no such place';
    await expect(perform(":", {}, ["{nowhere}/x"])).rejects.toThrow(UsageError);
    await expect(perform(":", {}, ["{nowhere}/x"])).rejects.toThrow(message);
    const subject = { program: "{nowhere}/x" };
    await expect(prepareSubject(subject, { places: {} })).rejects.toThrow(message);
  });

  it.each(["no-such-program", "{root}/missing", "{root}/text", "{root}"])(
    "that is not there is unavailable: %s",
    async (program) => {
      writeFileSync(path.join(root, "text"), "no program");
      const subject: ProgramSubject = { program };
      const prepared = prepareSubject(subject, { places: { root } });
      await expect(prepared).rejects.toThrow(UnavailableError);
      await expect(prepared).rejects.toThrow(`the program ${program} is not there`);
    },
  );

  it("that ends with an error is one, with its last words", async () => {
    const run = perform("echo starting; echo 'no such quantization: Q9' >&2; exit 4");
    await expect(run).rejects.toThrow(EngineError);
    await expect(run).rejects.toThrow(/^sh: starting\nno such quantization: Q9$/);
    await expect(perform("exit 4")).rejects.toThrow("sh: it ended with 4");
  });

  it("may refuse where that is an answer, and only with the words that say so", async () => {
    const workload = { figures: { speed: { pattern: "(\\d+)" } }, refusal: "not supported" };
    const refused = await perform("echo 'type Not Supported' >&2; exit 1", workload);
    expect(refused).toMatchObject({ refused: true, figures: {}, wallMs: expect.any(Number) });
    await expect(perform("echo 'out of memory' >&2; exit 1", workload)).rejects.toThrow("out of memory");
  });

  it("is started again where it printed too little, at most as often as the workload says", async () => {
    const counter = path.join(root, "attempts");
    const script = `echo >> ${counter}; [ "$(wc -l < ${counter})" -ge 3 ] && echo speed 7 || true`;
    const figures = { speed: { pattern: "speed (\\d+)" } };
    await expect(perform(script, { attempts: 2, figures })).rejects.toThrow("printed no figure speed");
    expect((await perform(script, { attempts: 2, figures })).figures).toEqual({ speed: [7] });
  });
});
