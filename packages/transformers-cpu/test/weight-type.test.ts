import { UsageError } from "@quantlab/core";
import { expect, test } from "vitest";
import { transformersCpu } from "../src/index.ts";
import { weightType } from "../src/weight-type.ts";

const ref = (quantization: string) => ({ id: "m", form: "hf", quantization }) as const;

test.each([
  ["float32", {}, { dtype: "float32", quantize: null }],
  ["bfloat16", { quantize: null }, { dtype: "bfloat16", quantize: null }],
  ["bnb-nf4", {}, { dtype: "bfloat16", quantize: "nf4" }],
  ["bnb-int8", { dtype: "float16" }, { dtype: "float16", quantize: "int8" }],
  ["gptq-4bit", {}, { dtype: "auto", quantize: null }],
  ["gptq-4bit", { dtype: "float32" }, { dtype: "float32", quantize: null }],
] as const)("%s with %o is %o", (quantization, options, expected) => {
  expect(weightType(ref(quantization), options)).toEqual(expected);
});

test.each([
  ["float32", { dtype: "float16" }],
  ["float32", { quantize: "nf4" }],
  ["bnb-nf4", { quantize: "fp4" }],
  ["bnb-nf4", { quantize: null }],
] as const)("%s contradicts %o", (quantization, options) => {
  expect(() => weightType(ref(quantization), options)).toThrow(UsageError);
});

test("options are kept as given, and those that cannot be meant are refused", () => {
  expect(transformersCpu({ threads: 2 }).withOptions({ dtype: "bfloat16" })).toMatchObject({
    id: "transformers-cpu",
    form: "hf",
    options: { threads: 2, dtype: "bfloat16" },
    environment: { OMP_NUM_THREADS: "2" },
  });
  expect(() => transformersCpu().withOptions({ dtype: "float64" })).toThrow(UsageError);
  expect(() => transformersCpu().withOptions({ thread: 2 })).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("did you mean threads?") }),
  );
});
