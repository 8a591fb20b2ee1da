import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { BadFileError, EngineError, QuantlabError, UnavailableError, UsageError } from "@quantlab/core";
import { isAlive } from "@quantlab/testing";
import { describe, expect, test, vi } from "vitest";
import { nodeScript, RemoteProcess, type RemoteProgram } from "../src/index.ts";

const script = path.join(import.meta.dirname, "fixtures/work.ts");
const start = (changes: Partial<RemoteProgram> = {}) =>
  new RemoteProcess({ ...nodeScript(script, { name: "work" }), ...changes });
const gone = (...pids: number[]) => vi.waitUntil(() => !pids.some(isAlive), 10_000);

describe("a process that serves", () => {
  test("answers, several at once, and tells events with bytes in their order", async () => {
    await using work = start();
    const heard: unknown[] = [];
    const onEvent = (event: string, data: unknown, bytes?: Buffer) =>
      heard.push([event, data, new Float32Array(bytes!.buffer)[0]]);
    const counted = work.request("count", { to: 3, ms: 1 }, { onEvent });
    expect(await work.request("double", 21)).toBe(42);
    expect(await counted).toBe("counted");
    expect(heard).toEqual([0, 1, 2].map((each) => ["counted", each, each]));
  });

  test("waits where it asks, and gets the answer", async () => {
    await using work = start();
    const onAsk = async (event: string, data: unknown) => `${event} ${data}`;
    expect(await work.request("marks", ["a", "b"], { onAsk })).toEqual(["mark a", "mark b"]);
    expect(await work.request("marks", ["a"])).toEqual([null]);
  });

  test("waits where its caller does not listen, and nothing is lost", async () => {
    await using work = start();
    const heard: number[] = [];
    const onEvent = (_: string, data: unknown, bytes?: Buffer) => {
      expect(bytes!.every((byte) => byte === data)).toBe(true);
      heard.push(bytes!.length);
      work.pause();
      setTimeout(() => work.resume(), 1);
    };
    await work.request("floods", { times: 20, bytes: 3_000_001 }, { onEvent });
    expect(heard).toEqual(Array(20).fill(3_000_001));
  });

  test("says which calls there are", async () => {
    await using work = start();
    await expect(work.request("sing", null)).rejects.toThrow(/^there is no call "sing"; there are double, /);
  });

  test("prints what it likes", async () => {
    const printed: string[] = [];
    await using work = start({ onPrinted: (line) => printed.push(line) > 0 });
    expect(await work.request("prints", null)).toBe("printed");
    await vi.waitUntil(() => printed.length === 2);
    expect(printed.toSorted()).toEqual(["a library's words", "and some more"]);
  });

  test.each([
    ["engine", EngineError, { message: "llama.cpp: no: room", remedy: "make some", code: "ENGINE" }],
    ["usage", UsageError, { message: "-t is odd", remedy: "give an even one", exitCode: 2 }],
    ["unavailable", UnavailableError, { message: "there is none here", remedy: "take another" }],
    ["file", BadFileError, { path: "x.gguf", message: "x.gguf: is empty", name: "BadFileError" }],
  ])("throws what was thrown there: %s", async (name, kind, fields) => {
    await using work = start();
    const error = await work.request("throws", name).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject(fields);
    expect(await work.request("double", 1)).toBe(2);
  });

  test("throws a fault of the lab with its stack", async () => {
    await using work = start();
    const error = await work.request("throws", "fault").catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(QuantlabError);
    expect(error).toMatchObject({
      message: "x is not a function",
      stack: expect.stringContaining("work.ts"),
    });
  });

  test("ends with what it started when it is disposed of", async () => {
    const pids: number[] = [];
    {
      await using work = start();
      const onEvent = (_: string, helper: unknown) => pids.push(work.pid, helper as number);
      work.request("blocks", null, { onEvent }).catch(() => {});
      await vi.waitUntil(() => pids.length === 2, 10_000);
    }
    await gone(...pids);
  });
});

describe("a process that breaks is one clear line, now and later, and leaves nothing", () => {
  const breaks = async (method: string, changes: Partial<RemoteProgram> = {}) => {
    await using work = start(changes);
    const error = await work.request(method, null).catch((thrown: unknown) => thrown);
    expect(isAlive(work.pid)).toBe(false);
    await expect(work.request("double", 1)).rejects.toBe(error);
    expect(error).toBeInstanceOf(QuantlabError);
    return (error as Error).message;
  };

  test("one that exits, with its last words", async () => {
    expect(await breaks("exits")).toBe("work: its process exited with code 7: Error: no such library");
  });

  test("one that is killed", async () => {
    const words = "work: its process was ended by SIGKILL (by a person, or by the system for lack of memory)";
    expect(await breaks("kills")).toBe(words);
  });

  test("one that ends before it serves", async () => {
    const dead = { arguments: ["--eval", "throw new Error('no such library')"] };
    expect(await breaks("double", dead)).toMatch(
      /^work: its process exited with code 1: Error: no such library/,
    );
  });

  test("one that cannot be started", async () => {
    expect(await breaks("double", { command: "/no/such/program" })).toMatch(
      /^work: its process could not be started: .*ENOENT/,
    );
  });

  test("one that writes something else", async () => {
    expect(await breaks("garbage")).toMatch(
      /^work: its process wrote garbage: "Segmentation fault, or so" \(/,
    );
  });

  test.each(["waits", "blocks"])("one that is silent (it %s)", async (method) => {
    await using work = start();
    await work.request("double", 1);
    await expect(work.request(method, null, { silenceMs: 500 })).rejects.toThrow(
      `work: its process was silent for 0.5 s during ${method} and was ended`,
    );
    expect(isAlive(work.pid)).toBe(false);
  });

  test("and is not silent while it tells something", async () => {
    await using work = start();
    await work.request("double", 1);
    expect(await work.request("count", { to: 20, ms: 100 }, { silenceMs: 1500 })).toBe("counted");
  });

  test("one whose caller cannot take what it tells", async () => {
    await using work = start();
    const onEvent = () => {
      throw new RangeError("too much");
    };
    await expect(work.request("count", { to: 3, ms: 1 }, { onEvent })).rejects.toThrow("too much");
  });

  test("in the words of the one who started it", async () => {
    const failure: RemoteProgram["failure"] = ({ kind, end }) =>
      new QuantlabError("DIED", `${kind} with ${end?.exitCode}: ${end?.lastWords}`);
    expect(await breaks("exits", { failure })).toBe("ended with 7: Error: no such library");
  });
});

describe("an abort", () => {
  test("cancels the request, and the process goes on", async () => {
    await using work = start();
    const cancel = new AbortController();
    const onEvent = () => cancel.abort(new Error("enough"));
    const counting = work.request("count", { to: 1000, ms: 100 }, { signal: cancel.signal, onEvent });
    await expect(counting).rejects.toThrow("enough");
    expect(await work.request("double", 1)).toBe(2);
    await expect(work.request("double", 1, { signal: cancel.signal })).rejects.toThrow("enough");
  });

  test.each([0, 300])(
    "ends a process that is inside a call, and its helper (after %d ms)",
    async (cancelMs) => {
      await using work = start({ limits: { cancelMs } });
      const cancel = new AbortController();
      let helper = 0;
      const onEvent = (_: string, pid: unknown) => {
        helper = pid as number;
        cancel.abort(new Error("enough"));
      };
      await expect(work.request("blocks", null, { signal: cancel.signal, onEvent })).rejects.toThrow(
        "enough",
      );
      expect(isAlive(work.pid)).toBe(false);
      await gone(helper);
    },
  );
});

test("no orphan when the caller is killed while its process is inside a call", async () => {
  const caller = path.join(import.meta.dirname, "fixtures/caller.ts");
  const calling = spawn(process.execPath, [caller], { stdio: ["ignore", "pipe", "inherit"] });
  const [told] = (await once(calling.stdout, "data")) as [Buffer];
  const pids = JSON.parse(told.toString()) as number[];
  expect(pids.map(isAlive)).toEqual([true, true]);
  calling.kill("SIGKILL");
  await gone(...pids);
});
