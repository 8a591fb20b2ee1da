import { UsageError } from "@quantlab/core";
import { expect, test } from "vitest";
import { checkOptions, oneOf, positiveInteger } from "../src/index.ts";

const checks = { threads: positiveInteger, dtype: oneOf("float32", "float16", null) };
const check = (options: Record<string, never>) =>
  checkOptions<Record<string, unknown>>("toy", checks, options);

test("what is set is kept, what is undefined is left out", () => {
  expect(check({ threads: 2, dtype: undefined } as never)).toEqual({ threads: 2 });
});

test.each([
  [{ thread: 2 }, 'toy has no option "thread"', "did you mean threads? Available: threads, dtype"],
  [{ threads: 0 }, "toy: threads is 0", "give a whole number above 0"],
  [{ dtype: "float64" }, 'toy: dtype is "float64"', "give float32, float16 or null"],
])("%o is refused with what would do", (options, message, remedy) => {
  expect(() => check(options as never)).toThrow(UsageError);
  expect(() => check(options as never)).toThrow(expect.objectContaining({ message, remedy }));
});
