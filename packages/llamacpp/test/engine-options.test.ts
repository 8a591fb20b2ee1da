import { UsageError } from "@quantlab/core";
import { expect, test } from "vitest";
import { llamacppEngine } from "../src/index.ts";

test("options are kept as given, so that they can be part of a digest", () => {
  expect(llamacppEngine().options).toEqual({});
  const options = { threads: 2, kvCacheTypes: ["f32", "f32"], mmap: false, gpu: false } as const;
  expect(llamacppEngine(options).options).toEqual(options);
});

test("withOptions replaces some and leaves the backend it came from alone", () => {
  const two = llamacppEngine({ threads: 2, contextSize: 256 });
  const four = two.withOptions({ threads: 4 });
  expect(four.options).toEqual({ threads: 4, contextSize: 256 });
  expect(two.options).toEqual({ threads: 2, contextSize: 256 });
  expect(four).toMatchObject({ id: "llamacpp-engine", form: "gguf", specVersion: 1 });
});

test("an unknown option is refused with the nearest one", () => {
  expect(() => llamacppEngine().withOptions({ thread: 2 })).toThrow(UsageError);
  expect(() => llamacppEngine().withOptions({ thread: 2 })).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("did you mean threads?") }),
  );
});

test.each([
  { threads: 0 },
  { threads: 1.5 },
  { threads: "2" },
  { contextSize: -1 },
  { batchSize: null },
  { gpuLayers: -1 },
  { logitsBytes: 0 },
  { flashAttention: true },
  { kvCacheTypes: ["f16"] },
  { kvCacheTypes: ["f16", "q9_9"] },
  { mmap: "yes" },
  { gpu: true },
])("%o is refused with what would do", (options) => {
  expect(() => llamacppEngine().withOptions(options)).toThrow(UsageError);
  expect(() => llamacppEngine().withOptions(options)).toThrow(
    expect.objectContaining({ remedy: expect.stringMatching(/^give /) }),
  );
});
