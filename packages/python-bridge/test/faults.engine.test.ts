import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { EngineError, type GenerateRequest, QuantlabError } from "@quantlab/core";
import { isAlive } from "@quantlab/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { Scratch, type ToyAsked, toyBackend, toyModel, toys, until } from "./toy.ts";

const never = new AbortController().signal;
const request: GenerateRequest = {
  promptIds: Int32Array.of(5, 6),
  newTokens: 4,
  sampling: "greedy",
  stopAtEndOfText: false,
};

beforeAll(() => toyBackend().prepare!(), 300_000);

describe.each(toys)("an engine that %s serves and that breaks gives one clear line", (served, load) => {
  /** One line, a QuantlabError, and nothing of the process left. */
  async function breaks(behaviour: string, asked: ToyAsked = {}): Promise<QuantlabError> {
    await using scratch = await Scratch.make();
    await using session = await load({ ...asked, behaviour, environment: { TOY_LOG: scratch.log } });
    const error = await session.generate(request, never).then(
      () => expect.fail("it generated"),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(QuantlabError);
    expect((error as Error).message).not.toContain("\n");
    await session[Symbol.asyncDispose]();
    await until(() => ![session.engine.pid!, ...scratch.pids()].some(isAlive));
    return error as QuantlabError;
  }

  test("killed, together with its helper", async () => {
    const { message } = await breaks("killed");
    expect(message).toMatch(
      /^toy: its process was ended by SIGKILL \(by a person, or by the system for lack of memory\)/,
    );
  });

  test("gone, with its last words", async () => {
    const { message } = await breaks("exits");
    expect(message).toBe("toy: its process exited with code 3: RuntimeError: the abacus fell over");
  });

  test("hung, whether its interpreter still runs or not", async () => {
    const limits = { silenceMs: 5000 };
    const words = "toy: its process was silent for 5 s during generate and was ended";
    expect((await breaks("hangs", { limits })).message).toBe(words);
    expect((await breaks("deaf", { limits })).message).toBe(words);
  });

  test("printing garbage where answers belong", async () => {
    const { message } = await breaks("garbage");
    expect(message).toMatch(/^toy: its process wrote garbage: "Segmentation fault, or so" \(/);
  });

  test("answering with what the protocol does not know", async () => {
    const { message } = await breaks("words");
    expect(message).toMatch(/^toy: its process wrote garbage: .*\/generate\/tokenIds\/0 must be number/);
  });

  test("raising an error of the library", async () => {
    const error = await breaks("raises");
    expect(error).toBeInstanceOf(EngineError);
    expect(error.message).toBe("toy: ValueError: the beads are stuck");
  });

  test.runIf(served === "Python")("out of memory", async () => {
    const error = await breaks("memory");
    expect(error.code).toBe("NOT_ENOUGH_MEMORY");
    expect(error.message).toMatch(/^toy: ran out of memory: Unable to allocate 64/);
    expect(error.remedy).toContain("smaller");
  });

  test.runIf(served === "Python")("telling times that are no numbers", async () => {
    expect((await breaks("nan")).message).toContain("not JSON compliant");
  });

  test("scoring fewer positions than were asked", async () => {
    await using session = await load({ behaviour: "lies" });
    const scored = Array.fromAsync(session.score!({ ids: Int32Array.of(1, 2, 3), from: 0 }, never));
    await expect(scored).rejects.toThrow(/^toy: logits of position \d came where \d was due/);
  });

  test("finding no model", async () => {
    const missing = { ...toyModel, path: "/no/such/folder" };
    await expect(load({ model: missing })).rejects.toThrow("toy: /no/such/folder is no model");
  });
});

describe("a Python process that does not start", () => {
  const start = (imports: string, limits = {}) =>
    toyBackend({}, { environment: { TOY_IMPORT: imports }, limits }).load(toyModel, never);

  test("speaks another version of the protocol", async () => {
    await expect(start("version")).rejects.toThrow(
      "toy: its process speaks version 99 of the protocol, the lab 1",
    );
  });

  test("lacks a library", async () => {
    await expect(start("missing")).rejects.toMatchObject({
      code: "ENVIRONMENT",
      message: "toy: the Python environment is broken: No module named 'no_such_library'",
      remedy: 'run "pnpm lab setup toy --again"',
    });
  });

  test("hangs while it imports", async () => {
    await expect(start("hangs", { silenceMs: 1000 })).rejects.toThrow("was silent for 1 s during hello");
  });

  test("is given up at an abort", async () => {
    const cancel = new AbortController();
    const backend = toyBackend({}, { environment: { TOY_IMPORT: "hangs" }, limits: { cancelMs: 300 } });
    const loading = backend.load(toyModel, cancel.signal);
    setTimeout(() => cancel.abort(new Error("never mind")), 200);
    await expect(loading).rejects.toThrow("never mind");
  });

  test("is given a model in another form", async () => {
    const gguf = { ...toyModel, ref: { ...toyModel.ref, form: "gguf" as const } };
    await expect(toyBackend().load(gguf, never)).rejects.toThrow("is a gguf model");
  });
});

describe("no orphan when the lab's process is killed", () => {
  test.each(["deaf", "hangs"])("while the engine is %s", async (behaviour) => {
    await using scratch = await Scratch.make();
    const program = path.join(import.meta.dirname, "fixtures/orphan-program.ts");
    const parent: ChildProcess = spawn(process.execPath, [program, behaviour], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TOY_LOG: scratch.log },
    });
    const [line] = (await once(parent.stdout!, "data")) as [Buffer];
    const worker = Number(line.toString());
    appendFileSync(scratch.log, `${worker}\n`);
    if (behaviour === "deaf") await until(() => scratch.pids().length === 2);
    expect(isAlive(worker)).toBe(true);
    parent.kill("SIGKILL");
    await until(() => !isAlive(worker));
  });
});
