import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TextSession } from "@quantlab/core";
import { readGguf } from "@quantlab/llama-capi";
import { llamacppEngine } from "@quantlab/llamacpp";
import { model } from "@quantlab/model-store";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { llamaCppPython, llamaCppPythonEngine } from "../src/index.ts";

const never = new AbortController().signal;
// The same arithmetic on both sides: one thread, no flash attention, nothing rounded in the cache.
const exact = { threads: 1, kvCacheTypes: ["f32", "f32"] } as const;
const subjects = [
  "the light bulb",
  "the telephone",
  "inflation",
  "a market",
  "a computer",
  "the radio",
  "money",
];
const prompts = subjects.flatMap((subject) => [
  `What is ${subject}?`,
  `Tell me about ${subject}.`,
  `Why ${subject}?`,
]);

let python: TextSession;
let engine: TextSession;

// Compiles llama.cpp where nobody has done so before.
beforeAll(async () => {
  await pythonEnvironment(llamaCppPythonEngine).ensure();
  const file = await model("sprout", "F32").resolve();
  python = await llamaCppPython(exact).load(file, never);
  engine = await llamacppEngine(exact).load(file, never);
});
afterAll(async () => {
  await python?.[Symbol.asyncDispose]();
  await engine?.[Symbol.asyncDispose]();
});

const idsOf = async (session: TextSession, content: string) =>
  session.tokenize(await session.formatChat([{ role: "user", content }]), { bos: true, special: true });

const greedy = (promptIds: Int32Array, newTokens = 64) =>
  ({ promptIds, newTokens, sampling: "greedy", stopAtEndOfText: false }) as const;

describe("llama-cpp-python on the shipped model", () => {
  it("answers from quantized weights, which some CPUs' kernels want in another layout", async () => {
    const file = await model("sprout", "Q4_K_M").resolve();
    await using quantized = await llamaCppPython({ threads: 2 }).load(file, never);
    const ids = await idsOf(quantized, "What is inflation?");
    const { tokenIds } = await quantized.generate(greedy(ids), never);
    expect(await quantized.detokenize(Int32Array.from(tokenIds))).toMatch(/^Inflation is /);
  });

  it("says what it is: the package, the llama.cpp inside, threads, context, cache and weights", () => {
    expect(python.engine).toMatchObject({
      name: "llama-cpp-python",
      version: expect.stringMatching(/^\d+\.\d+\.\d+ \(llama\.cpp v\d/),
      threads: 1,
      contextSize: 1024,
      kvCacheTypes: ["f32", "f32"],
      flashAttention: false,
    });
    const held = Object.values(python.engine.buffers).reduce((sum, bytes) => sum + bytes, 0);
    expect(held).toBeGreaterThan(5_639_424 * 4 * 0.99);
    expect(python.engine.pid).not.toBe(process.pid);
  });

  it.each(prompts)("formats, tokenizes and answers %s as the engine does", async (content) => {
    const ids = await idsOf(python, content);
    expect(ids).toEqual(await idsOf(engine, content));
    const [ours, theirs] = [
      await engine.generate(greedy(ids), never),
      await python.generate(greedy(ids), never),
    ];
    expect(theirs.tokenIds).toEqual(ours.tokenIds);
    const answer = Int32Array.from(theirs.tokenIds);
    expect(await python.detokenize(answer)).toBe(await engine.detokenize(answer));
  });

  it("tells when each token came, in order, within the request", async () => {
    const ids = await idsOf(python, prompts[0]!);
    const first = await python.generate(greedy(ids, 8), never);
    // A prompt that it has just seen is computed again.
    const second = await python.generate(greedy(ids, 8), never);
    for (const trace of [first, second]) {
      const times = [trace.startedAtMs, trace.promptDoneAtMs!, ...trace.tokenAtMs];
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(new Set(times).size).toBe(times.length);
      expect(trace.promptTokens).toBe(ids.length);
      expect(trace.engineCounters).toEqual({ evaluatedTokens: ids.length + 7 });
    }
    expect(second.startedAtMs).toBeGreaterThan(first.tokenAtMs.at(-1)!);
  });

  it("stops at the end of the text when it may, and draws the same for the same seed", async () => {
    const ids = await idsOf(python, "Who invented the light bulb?");
    const stopped = await python.generate({ ...greedy(ids), stopAtEndOfText: true }, never);
    expect(stopped.tokenIds.length).toBeLessThan(64);
    const sampling = { temperature: 1, seed: 7, topK: 20, topP: 0.9 };
    const [one, other] = [
      await python.generate({ ...greedy(ids), sampling }, never),
      await python.generate({ ...greedy(ids), sampling }, never),
    ];
    expect(one.tokenIds).toEqual(other.tokenIds);
    expect(one.tokenIds).not.toEqual((await python.generate(greedy(ids), never)).tokenIds);
  });

  it("gives the logits that the engine gives, from any position, in parts", async () => {
    const ids = Int32Array.from({ length: 700 }, (_, i) => 5 + ((i * 7919) % 2000));
    for (const from of [0, 600]) {
      const [ours, theirs] = [await rowsOf(engine, ids, from), await rowsOf(python, ids, from)];
      expect(theirs.length).toBe(ours.length);
      const worst = ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i]!)), 0);
      expect(worst).toBeLessThan(1e-3);
    }
  });

  it("says at which position its logits are no numbers", async () => {
    const whole = await model("sprout", "F16").resolve();
    const { tensors, dataOffset } = readGguf(whole.path);
    const norm = tensors.find(({ name }) => name === "output_norm.weight")!;
    const bytes = readFileSync(whole.path);
    bytes.writeFloatLE(Number.NaN, dataOffset + norm.offset);
    const broken = path.join(mkdtempSync(path.join(tmpdir(), "quantlab-lcp-")), "broken.gguf");
    writeFileSync(broken, bytes);
    await using session = await llamaCppPython(exact).load({ ...whole, path: broken }, never);
    for (const sampling of ["greedy", { temperature: 1, seed: 1 }] as const) {
      const generated = session.generate({ ...greedy(Int32Array.of(5, 6, 7)), sampling }, never);
      await expect(generated).rejects.toThrow("llama-cpp-python: gave no usable logits at position 2");
    }
  });

  it("refuses ids that are not its own, sequences that do not fit and files that are no model, in a line", async () => {
    const ids = Int32Array.of(1, 2, 3);
    await expect(python.generate(greedy(Int32Array.of(99_999)), never)).rejects.toThrow(
      "token 99999 is not in the vocabulary of 2048",
    );
    await expect(python.generate(greedy(ids, 2000), never)).rejects.toThrow("need 2003 places");
    const folder = mkdtempSync(path.join(tmpdir(), "quantlab-lcp-"));
    const broken = path.join(folder, "broken.gguf");
    writeFileSync(broken, "GGUF, but not really");
    const file = { ...(await model("sprout", "F16").resolve()), path: broken };
    await expect(llamaCppPython().load(file, never)).rejects.toThrow(
      /^llama-cpp-python: cannot load .*broken\.gguf/,
    );
  });
});

it.runIf(existsSync("/proc"))("leaves no worker behind when its parent is killed", async () => {
  const script = path.join(import.meta.dirname, "load-and-wait.ts");
  const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await new Promise<Buffer>((resolve) => parent.stdout.once("data", resolve)))
    .toString()
    .split("\n");
  const pid = Number(line);
  expect(execFileSync("ps", ["-o", "args=", "-p", String(pid)]).toString()).toContain("quantlab_worker");
  parent.kill("SIGKILL");
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false);
});

async function rowsOf(session: TextSession, ids: Int32Array, from: number): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for await (const { logits } of session.score!({ ids, from }, never)) parts.push(Float32Array.from(logits));
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
