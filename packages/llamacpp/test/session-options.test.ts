import { execFileSync } from "node:child_process";
import path from "node:path";
import { UsageError } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { llamacppSession } from "../src/session.ts";

const source = path.join(import.meta.dirname, "../src/session.ts");

describe("llamacppSession", () => {
  test("keeps what was asked for as JSON and adds nothing", () => {
    const backend = llamacppSession({ threads: 2, kvCacheTypes: ["f16", "q8_0"], mmap: false });
    expect(backend.options).toEqual({ threads: 2, kvCacheTypes: ["f16", "q8_0"], mmap: false });
    expect(JSON.parse(JSON.stringify(backend.options))).toEqual(backend.options);
  });

  test("asks for one thread in libuv's pool", () => {
    expect(llamacppSession().environment).toEqual({ UV_THREADPOOL_SIZE: "1" });
  });

  test("withOptions replaces some options and keeps the others", () => {
    const backend = llamacppSession({ threads: 1, contextSize: 512 }).withOptions({ threads: 2 });
    expect(backend.options).toEqual({ threads: 2, contextSize: 512 });
    expect(backend.id).toBe("llamacpp-session");
  });

  test("an option it does not have is refused, with the nearest one it has", () => {
    expect(() => llamacppSession().withOptions({ thread: 2 })).toThrow(UsageError);
    expect(() => llamacppSession().withOptions({ thread: 2 })).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("did you mean threads?") }),
    );
  });

  test.each([
    ["threads", 0],
    ["threads", 1.5],
    ["contextSize", "512"],
    ["flashAttention", true],
    ["kvCacheTypes", ["f16"]],
    ["kvCacheTypes", ["f16", "q3_k"]],
    ["gpuLayers", -1],
    ["gpu", "opencl"],
    ["mmap", 1],
  ])("%s cannot be %j", (name, value) => {
    expect(() => llamacppSession().withOptions({ [name]: value })).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(JSON.stringify(value)) }),
    );
  });

  test("making a backend does not load node-llama-cpp, which takes 0.3 s", () => {
    const program = `
      import { registerHooks } from "node:module";
      const asked = [];
      registerHooks({ resolve: (name, context, next) => { asked.push(name); return next(name, context); } });
      const { llamacppSession } = await import(${JSON.stringify(source)});
      llamacppSession({ threads: 1 }).withOptions({ threads: 2 });
      console.log(JSON.stringify(asked));
    `;
    const asked = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
    });
    expect(JSON.parse(asked)).toContain("./session-load.ts");
    expect(JSON.parse(asked)).not.toContain("node-llama-cpp");
  });
});
