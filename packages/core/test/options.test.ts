import { expect, test } from "vitest";
import { checkOptions, naturalNumber, oneOf, pairOf, positiveInteger, UsageError } from "../src/index.ts";

const checks = {
  threads: positiveInteger,
  dtype: oneOf("float32", "float16", null),
  gpuLayers: naturalNumber,
  kvCacheTypes: pairOf(["f16", "f32"]),
};
const check = (options: Record<string, never>) =>
  checkOptions<Record<string, unknown>>("toy", checks, options);

test("what is set is kept, what is undefined is left out", () => {
  expect(check({ threads: 2, dtype: undefined } as never)).toEqual({ threads: 2 });
  const fit = { gpuLayers: 0, kvCacheTypes: ["f16", "f32"], dtype: null };
  expect(check(fit as never)).toEqual(fit);
});

test.each([
  [
    { thread: 2 },
    'toy has no option "thread"',
    "did you mean threads? Available: threads, dtype, gpuLayers, kvCacheTypes",
  ],
  [{ threads: 0 }, "toy: threads is 0", "give a whole number above 0"],
  [{ dtype: "float64" }, 'toy: dtype is "float64"', "give float32, float16 or null"],
  [{ gpuLayers: -1 }, "toy: gpuLayers is -1", "give 0 or a whole number above it"],
  [{ kvCacheTypes: ["f16"] }, 'toy: kvCacheTypes is ["f16"]', "give two of f16, f32"],
  [{ kvCacheTypes: ["f16", "q9"] }, 'toy: kvCacheTypes is ["f16","q9"]', "give two of f16, f32"],
])("%o is refused with what would do", (options, message, remedy) => {
  expect(() => check(options as never)).toThrow(UsageError);
  expect(() => check(options as never)).toThrow(expect.objectContaining({ message, remedy }));
});
