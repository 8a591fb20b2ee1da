import { UnknownNameError, UsageError } from "@quantlab/core";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { formatMlxName, type MlxQuantization, mlx, mlxModel, parseMlxName } from "../src/index.ts";

describe("the name of an MLX quantization", () => {
  it.each<[string, MlxQuantization]>([
    ["mlx-float32", { dataType: "float32" }],
    ["mlx-4bit-g64", { bits: 4 }],
    ["mlx-8bit-g32-float32", { bits: 8, groupSize: 32, dataType: "float32" }],
    ["mlx-mixed-3-6-g64", { bits: "3_6" }],
    ["mlx-2bit-g128-gptq", { bits: 2, groupSize: 128, learned: "gptq" }],
    [
      "mlx-4bit-g64-without-embed_tokens+mlp.down_proj",
      { bits: 4, exclude: ["mlp.down_proj", "embed_tokens"] },
    ],
  ])("%s says all of it", (name, quantization) => {
    expect(formatMlxName(quantization)).toBe(name);
    expect(formatMlxName(parseMlxName(name))).toBe(name);
  });

  test("every name reads back as itself", () => {
    const some = <T>(...values: T[]) => fc.constantFrom(undefined, ...values);
    const anything = fc.record({
      bits: fc.constantFrom<MlxQuantization["bits"] & {}>(2, 3, 4, 5, 6, 8, "2_6", "3_4", "3_6", "4_6"),
      groupSize: fc.constantFrom(32, 64, 128),
      dataType: some("float32", "bfloat16", "float16"),
      exclude: some(["lm_head"], ["layers.0", "embed_tokens"]),
    });
    fc.assert(
      fc.property(anything, (given) => {
        const name = formatMlxName(JSON.parse(JSON.stringify(given)) as MlxQuantization);
        expect(formatMlxName(parseMlxName(name))).toBe(name);
        expect(parseMlxName(name)).toMatchObject({ bits: given.bits, groupSize: given.groupSize });
      }),
    );
  });

  it.each([
    ["mlx-7bit-g64", "the number of bits is 7", "MLX has 2, 3, 4, 5, 6, 8"],
    ["mlx-4bit-g48", "the group size is 48", "MLX has 32, 64, 128"],
    ["mlx-mixed-2-8-g64", "the number of bits is 2_8", "MLX has 2_6, 3_4, 3_6, 4_6"],
    ["mlx-8bit-g64-dwq", "mlx-lm has no DWQ with 8 bits", "choose one of 2, 3, 4, 5, 6"],
    ["mlx-3bit-g64-gptq", "mlx-lm has no GPTQ with 3 bits", "choose one of 2, 4, 8"],
    ["mlx-4bit-g64-awq-without-lm_head", "AWQ leaves no modules out", "leave out"],
  ])("%s is refused with what there is instead", (name, problem, remedy) => {
    const parse = () => parseMlxName(name);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(expect.objectContaining({ message: expect.stringContaining(problem) }));
    expect(parse).toThrow(expect.objectContaining({ remedy: expect.stringContaining(remedy) }));
  });

  test("an unknown one is answered with the nearest", () => {
    expect(() => parseMlxName("mlx-bloat16")).toThrow(UnknownNameError);
    expect(() => parseMlxName("mlx-bloat16")).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("did you mean mlx-bfloat16?") }),
    );
  });
});

describe("an arm's model", () => {
  it("is named without being made, and takes another model in the same quantization", () => {
    const source = mlxModel("sprout", { bits: 4 });
    expect(source.ref).toEqual({ id: "sprout", form: "mlx", quantization: "mlx-4bit-g64" });
    expect(source.of("qwen3-0.6b").ref).toEqual({
      id: "qwen3-0.6b",
      form: "mlx",
      quantization: "mlx-4bit-g64",
    });
  });

  it("refuses an unknown model, and a reference with a quantization of its own", () => {
    expect(() => mlxModel("sprout", "mlx-float32").of("sprotu")).toThrow('unknown model "sprotu"');
    expect(() => mlxModel("sprout", "mlx-float32").of("sprout:Q4_K_M")).toThrow("names a quantization");
    expect(() => mlxModel("sprout", "mlx-float32", { samples: 3 })).toThrow("learns nothing from a text");
  });

  it("that would learn needs a text in its language", async () => {
    const learned = mlxModel("qwen3-0.6b", "mlx-4bit-g64-awq").resolve();
    await expect(learned).rejects.toMatchObject({
      message: expect.stringContaining("takes a text to learn from"),
    });
    const lost = mlxModel("sprout", "mlx-4bit-g64-awq", { calibration: "./nowhere.txt" }).resolve();
    await expect(lost).rejects.toThrow("cannot be read");
  });
});

test("an option that MLX has not is refused", () => {
  expect(() => mlx().withOptions({ threads: 2 })).toThrow('mlx has no option "threads"');
  expect(() => mlx().withOptions({ device: "gpu" })).toThrow('mlx: device is "gpu"');
  expect(mlx({ device: "cpu" }).options).toEqual({ device: "cpu" });
});
