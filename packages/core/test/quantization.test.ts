import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  formatMlxQuantization,
  formatQuantization,
  type MlxQuantization,
  parseGgufQuantization,
  parseMlxQuantization,
  parseQuantization,
  quantizationFacts,
  requireMakeable,
  UnknownNameError,
  UsageError,
} from "../src/index.ts";

const canonical = (name: string) => formatQuantization(parseQuantization(name));

describe("the name of a GGUF quantization", () => {
  it.each([
    ["Q4_K_M", "Q4_K_M"],
    ["q4_k_m+IMATRIX", "Q4_K_M+imatrix"],
    ["F16+attn=Q4_0+imatrix", "F16+imatrix+attn=Q4_0"],
    ["f16+ffn=iq4_nl+embed=q8_0", "F16+embed=Q8_0+ffn=IQ4_NL"],
  ])("%s is written %s", (typed, written) => {
    expect(canonical(typed)).toBe(written);
    expect(canonical(written)).toBe(written);
  });

  it("says what each part asks for", () => {
    expect(parseQuantization("IQ2_XS+imatrix+output=Q6_K")).toEqual({
      form: "gguf",
      type: "IQ2_XS",
      importanceMatrix: true,
      classes: { output: "Q6_K" },
    });
  });

  it.each([
    ["Q4_KM+imatrix", "quantization", "Q4_K_M"],
    ["Q4_K_M+imatri", "suffix", "imatrix"],
    ["F16+fn=Q4_K", "tensor class", "ffn"],
    ["F16+ffn=Q4_KM", "tensor type", "Q4_K"],
  ])("with a slip, %s, names the nearest %s", (typed, kind, suggestion) => {
    expect(() => parseQuantization(typed)).toThrow(UnknownNameError);
    expect(() => parseQuantization(typed)).toThrow(expect.objectContaining({ kind, suggestion }));
  });

  it.each(["Q4_0+imatrix+imatrix", "F16+ffn=Q4_0+ffn=Q8_0"])(
    "that says something twice is refused: %s",
    (typed) => {
      expect(() => parseQuantization(typed)).toThrow(UsageError);
      expect(() => parseQuantization(typed)).toThrow("twice");
    },
  );
});

describe("a quantization that", () => {
  const make = (name: string) => () => requireMakeable(parseGgufQuantization(name));

  it.each([
    ["IQ2_XS", 'write "IQ2_XS+imatrix"'],
    ["F16+ffn=IQ1_M", 'write "F16+imatrix+ffn=IQ1_M"'],
  ])("needs an importance matrix is refused without one: %s", (name, remedy) => {
    expect(make(name)).toThrow(UsageError);
    expect(make(name)).toThrow(expect.objectContaining({ remedy: expect.stringContaining(remedy) }));
    expect(make(`${name}+imatrix`)).not.toThrow();
  });

  it("holds full weights is refused with one", () => {
    expect(make("BF16+imatrix")).toThrow("which an importance matrix does not change");
    expect(make("F16+imatrix+embed=F32")).toThrow(
      expect.objectContaining({ remedy: 'write "F16+embed=F32"' }),
    );
    expect(make("F16+imatrix+ffn=Q4_0")).not.toThrow();
  });
});

describe("the name of an MLX quantization", () => {
  it.each<[string, Omit<MlxQuantization, "form">]>([
    ["mlx-float32", { dataType: "float32" }],
    ["mlx-4bit-g64", { bits: 4 }],
    ["mlx-8bit-g32-float32", { bits: 8, groupSize: 32, dataType: "float32" }],
    ["mlx-mixed-3-6-g64", { bits: "3_6" }],
    ["mlx-2bit-g128-gptq", { bits: 2, groupSize: 128, learned: "gptq" }],
    [
      "mlx-4bit-g64-float32-dwq-16x64",
      { bits: 4, dataType: "float32", learned: "dwq", samples: 16, sequenceLength: 64 },
    ],
    ["mlx-4bit-g64-awq", { bits: 4, learned: "awq", samples: 128, sequenceLength: 512 }],
    ["mlx-4bit-g64-awq-16x512", { bits: 4, learned: "awq", samples: 16 }],
    [
      "mlx-4bit-g64-without-embed_tokens+mlp.down_proj",
      { bits: 4, exclude: ["mlp.down_proj", "embed_tokens"] },
    ],
  ])("%s says all of it", (name, quantization) => {
    expect(formatMlxQuantization({ form: "mlx", ...quantization })).toBe(name);
    expect(formatMlxQuantization(parseMlxQuantization(name))).toBe(name);
  });

  test("every name reads back as itself", () => {
    const some = <T>(...values: T[]) => fc.constantFrom(undefined, ...values);
    const anything = fc.record({
      form: fc.constant("mlx" as const),
      bits: fc.constantFrom<MlxQuantization["bits"] & {}>(2, 3, 4, 5, 6, 8, "2_6", "3_4", "3_6", "4_6"),
      groupSize: fc.constantFrom(32, 64, 128),
      dataType: some("float32", "bfloat16", "float16"),
      exclude: some(["lm_head"], ["layers.0", "embed_tokens"]),
    });
    fc.assert(
      fc.property(anything, (given) => {
        const name = formatMlxQuantization(JSON.parse(JSON.stringify(given)) as MlxQuantization);
        expect(formatMlxQuantization(parseMlxQuantization(name))).toBe(name);
        expect(parseMlxQuantization(name)).toMatchObject({ bits: given.bits, groupSize: given.groupSize });
      }),
    );
  });

  it.each([
    ["mlx-7bit-g64", "the number of bits is 7", "MLX has 2, 3, 4, 5, 6, 8"],
    ["mlx-4bit-g48", "the group size is 48", "MLX has 32, 64, 128"],
    ["mlx-mixed-2-8-g64", "the number of bits is 2_8", "MLX has 2_6, 3_4, 3_6, 4_6"],
    ["mlx-8bit-g64-dwq", "mlx-lm has no DWQ with 8 bits", "choose one of 2, 3, 4, 5, 6"],
    ["mlx-3bit-g64-gptq", "mlx-lm has no GPTQ with 3 bits", "choose one of 2, 4, 8"],
    ["mlx-4bit-g64-awq-16x64-without-lm_head", "AWQ leaves no modules out", "leave out"],
    ["mlx-4bit-g64-awq-without-lm_head", "AWQ leaves no modules out", "leave out"],
  ])("%s is refused with what there is instead", (name, problem, remedy) => {
    const parse = () => parseMlxQuantization(name);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(expect.objectContaining({ message: expect.stringContaining(problem) }));
    expect(parse).toThrow(expect.objectContaining({ remedy: expect.stringContaining(remedy) }));
  });

  test("an unknown one is answered with the nearest", () => {
    expect(() => parseMlxQuantization("mlx-bloat16")).toThrow(UnknownNameError);
    expect(() => parseMlxQuantization("mlx-bloat16")).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("did you mean mlx-bfloat16?") }),
    );
  });
});

test("pieces of a text mean nothing without a method that learns", () => {
  const rounded = () => formatQuantization({ form: "mlx", bits: 4, samples: 16 });
  expect(rounded).toThrow("no method that learns");
  expect(() => parseQuantization("mlx-4bit-g64-16x64")).toThrow(UnknownNameError);
});

describe("the name of any quantization", () => {
  it.each([
    ["BNB-NF4", { form: "hf", packed: "nf4" }],
    ["float16", { form: "hf", dataType: "float16" }],
    ["mlx-bfloat16", { form: "mlx", dataType: "bfloat16" }],
    ["as-is", { form: null }],
  ])("%s tells its form", (name, parsed) => {
    expect(parseQuantization(name)).toEqual(parsed);
    expect(canonical(name)).toBe(name.toLowerCase());
  });

  it.each([
    ["F16", "F16", "full", false],
    ["F16+imatrix+ffn=Q4_K", "F16", "full", true],
    ["Q4_K_S", "Q4_K_S", "k", false],
    ["Q5_1", "Q5_1", "legacy", false],
    ["IQ2_XS+imatrix", "IQ2_XS", "iq", true],
    ["bfloat16", "bfloat16", "full", false],
    ["bnb-nf4", "bnb-nf4", "other", false],
    ["mlx-float32", "mlx-float32", "full", false],
    ["mlx-4bit-g64-float32-dwq-16x64", "mlx-4bit-g64-float32", "other", true],
    ["somebody's own", "somebody's own", "other", false],
  ])("%s has the facts that comparing asks for", (name, type, family, calibrated) => {
    expect(quantizationFacts(name)).toMatchObject({ type, family, calibrated });
  });
});
