import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EngineError } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Context, Model } from "../src/index.ts";
import { small, sprout } from "./sprout.ts";

let model: Model;
beforeAll(() => {
  model = Model.load(sprout);
});
afterAll(() => model[Symbol.dispose]());

test("tells what the file holds", () => {
  expect(model.architecture).toBe("llama");
  expect(model.vocabularySize).toBe(2048);
  expect(model.trainedContext).toBe(1024);
  expect(model.layers).toBe(6);
  expect(model.parameters).toBeGreaterThan(5e6);
  expect(model.bytes).toBeGreaterThan(1.9 * model.parameters);
  expect(model.metadata("general.file_type")).toBe("1");
  expect(model.metadata("llama.rope.freq_base")).toBe("10000.000000");
  expect(model.metadata("no.such.key")).toBeNull();
});

test("reports a weight buffer for every tensor byte", () => {
  const total = Object.values(model.buffers).reduce((sum, bytes) => sum + bytes, 0);
  expect(Object.keys(model.buffers).length).toBeGreaterThan(0);
  expect(total).toBeGreaterThan(0.98 * model.bytes);
});

test.runIf(process.platform === "linux")("gives the pages of its file back, and computes the same", () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "quantlab-mapped-")));
  const file = path.join(folder, "mapped.gguf");
  copyFileSync(sprout, file);
  const loaded = (releaseMapped: boolean) => {
    using own = Model.load(file, { mmap: true, releaseMapped });
    const pages = residentBytes(file);
    using context = new Context(own, small);
    context.decode(own.tokenize("What is inflation?", { bos: true, special: true }));
    const touched = residentBytes(file);
    own.releaseMapped();
    const left = residentBytes(file);
    context.decode(own.tokenize(" It is", { bos: false, special: false }));
    return { pages, touched, left, logits: context.logits(-1).slice() };
  };
  try {
    const [kept, released] = [loaded(false), loaded(true)];
    expect(kept.pages).toBeGreaterThan(10e6);
    expect(kept.left).toBe(kept.touched);
    expect(released.pages).toBe(0);
    expect(released.touched).toBeGreaterThan(0);
    expect(released.left).toBe(0);
    expect(released.logits).toEqual(kept.logits);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** How much of a file that this process has mapped is in its memory, from Linux's account. */
function residentBytes(file: string): number {
  const [, ...mappings] = readFileSync("/proc/self/smaps", "utf8").split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return mappings
    .filter((mapping) => mapping.split("\n", 1)[0]!.endsWith(` ${file}`))
    .reduce((sum, mapping) => sum + Number(/^Rss: +(\d+) kB$/m.exec(mapping)![1]) * 1024, 0);
}

describe("tokens", () => {
  test.each([
    "",
    "What is inflation?",
    "two\nlines and  two spaces ",
    "ünï, 東京, 😀",
    "<|im_start|>user",
    "nul \u0000 inside",
  ])("%j comes back", (text) => {
    expect(model.detokenize(model.tokenize(text, { bos: false, special: false }))).toBe(text);
  });

  test("special text begins with BOS and its markers are single tokens; plain text has neither", () => {
    const special = model.tokenize("<|im_start|>user", { bos: true, special: true });
    const plain = model.tokenize("<|im_start|>user", { bos: false, special: false });
    expect(special[0]).toBe(model.bos);
    expect(plain[0]).not.toBe(model.bos);
    expect(plain.length).toBeGreaterThan(special.length);
    expect(model.tokenize("", { bos: true, special: true })).toEqual(Int32Array.of(model.bos));
  });

  test("special ones are spelled out in a text", () => {
    const ids = model.tokenize("<|im_start|>user", { bos: true, special: true });
    expect(model.detokenize(ids)).toBe(`${model.tokenText(model.bos)}<|im_start|>user`);
  });

  test("long texts fit whatever they come to", () => {
    const text = "a𝄞 ".repeat(20_000);
    expect(model.detokenize(model.tokenize(text, { bos: false, special: false }))).toBe(text);
  });

  test("the end of an answer is known", () => {
    expect(model.isEndOfGeneration(model.eos)).toBe(true);
    expect(model.isEndOfGeneration(model.tokenize("a", { bos: false, special: false })[0]!)).toBe(false);
  });
});

describe("chat template", () => {
  test("is the file's own, without the BOS that the tokenizer adds, open for the answer", () => {
    const text = model.applyChatTemplate(
      [
        { role: "system", content: "Be short." },
        { role: "user", content: "Hi" },
      ],
      true,
    );
    expect(text).toBe(
      "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    );
    expect(model.tokenize(text, { bos: true, special: true }).filter((id) => id === model.bos)).toHaveLength(
      1,
    );
  });

  test("can leave the conversation closed", () => {
    expect(model.applyChatTemplate([{ role: "user", content: "Hi" }], false)).toBe(
      "<|im_start|>user\nHi<|im_end|>\n",
    );
  });
});

test("vocabOnly reads the tokenizer without weights", () => {
  using vocabulary = Model.load(sprout, { vocabOnly: true });
  expect(vocabulary.buffers).toEqual({});
  expect(vocabulary.tokenize("one", { bos: false, special: false })).toEqual(
    model.tokenize("one", { bos: false, special: false }),
  );
});

test.each([
  [{ mmap: false }, "CPU"],
  [{ mmap: true }, "CPU_Mapped"],
])("%o decides how the file is read", (options, kind) => {
  using loaded = Model.load(sprout, { ...options, gpu: false });
  // A CPU with AMX has a buffer of its own beside.
  expect(Object.keys(loaded.buffers).filter((name) => name.startsWith("CPU"))).toEqual([kind]);
});

test("a file that is not there is one clear error", () => {
  expect(() => Model.load("/nowhere/model.gguf")).toThrow(EngineError);
  expect(() => Model.load("/nowhere/model.gguf")).toThrow(
    /cannot load \/nowhere\/model\.gguf: .*No such file/,
  );
});
