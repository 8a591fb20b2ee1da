import path from "node:path";
import { repositoryRoot, UnknownNameError, UsageError } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { model, modelSource, parseReference, resolveModel, withModel } from "../src/index.ts";

beforeAll(() => vi.stubEnv("INIT_CWD", repositoryRoot));
afterAll(() => vi.unstubAllEnvs());

describe("a reference", () => {
  it.each([
    ["sprout:Q4_K_M", "sprout", "gguf", "Q4_K_M"],
    ["sprout:q4_k_m", "sprout", "gguf", "Q4_K_M"],
    ["sprout", "sprout", "gguf", "Q4_K_M"],
    ["synthetic/qwen2.5-0.5b:F16", "synthetic/qwen2.5-0.5b", "gguf", "F16"],
    ["qwen2.5-0.5b-instruct:Q5_K_M", "qwen2.5-0.5b-instruct", "gguf", "Q5_K_M"],
    ["qwen2.5-0.5b-instruct:bfloat16", "qwen2.5-0.5b-instruct", "hf", "bfloat16"],
    ["qwen2.5-0.5b-instruct:mlx-4bit-g64", "qwen2.5-0.5b-instruct", "mlx", "mlx-4bit-g64"],
    ["sprout:float32", "sprout", "hf", "float32"],
    ["sprout:BNB-NF4", "sprout", "hf", "bnb-nf4"],
    ["synthetic/qwen2.5-0.5b:bfloat16", "synthetic/qwen2.5-0.5b", "hf", "bfloat16"],
    ["./models/sprout/hf", "./models/sprout/hf", "hf", "as-is"],
    ["./models/sprout/hf:bnb-int8", "./models/sprout/hf", "hf", "bnb-int8"],
    ["./mine.gguf", "./mine.gguf", "gguf", "as-is"],
    ["../mine.gguf:Q8_0", "../mine.gguf", "gguf", "Q8_0"],
    ["sprout:f16+ffn=iq4_nl+embed=q8_0", "sprout", "gguf", "F16+embed=Q8_0+ffn=IQ4_NL"],
    ["mine.gguf", "./mine.gguf", "gguf", "as-is"],
    ["./2024-05-01T10:00/mine.gguf", "./2024-05-01T10:00/mine.gguf", "gguf", "as-is"],
    ["2024-05-01T10:00/mine.gguf:Q8_0", "./2024-05-01T10:00/mine.gguf", "gguf", "Q8_0"],
    ["./mine:second.gguf", "./mine:second.gguf", "gguf", "as-is"],
    ["/somewhere/private/mine.gguf", "./mine.gguf", "gguf", "as-is"],
  ])("%s", (text, id, form, quantization) => {
    expect(parseReference(text)).toEqual({ id, form, quantization });
  });

  it("with a slip names what was probably meant", () => {
    const slip = (text: string) => () => modelSource(text);
    expect(slip("sprut:Q4_K_M")).toThrow(UnknownNameError);
    expect(slip("sprut:Q4_K_M")).toThrow(expect.objectContaining({ suggestion: "sprout", exitCode: 2 }));
    expect(slip("sprout:Q4_KM")).toThrow(
      expect.objectContaining({
        suggestion: "Q4_K_M",
        remedy: expect.stringContaining("did you mean Q4_K_M?"),
      }),
    );
    expect(() => model("sprout", "Q5KM")).toThrow(UnknownNameError);
  });

  it("that is empty before or after the colon is refused", () => {
    expect(() => modelSource(":Q4_0")).toThrow(UsageError);
    expect(() => modelSource("sprout:")).toThrow(UsageError);
  });
});

describe("the same quantization of another model", () => {
  it("keeps the arm's own", () => {
    expect(model("sprout", "Q5_K_M").of("synthetic/mistral-7b").ref).toEqual({
      id: "synthetic/mistral-7b",
      form: "gguf",
      quantization: "Q5_K_M",
    });
    expect(model("sprout", "Q5_K_M").of("./mine.gguf").ref.quantization).toBe("Q5_K_M");
    expect(withModel("sprout", "./mine.gguf")).toBe("./mine.gguf:Q4_K_M");
    expect(withModel("./mine.gguf", "./other.gguf")).toBe("./other.gguf:as-is");
  });

  it("refuses a reference that brings one along", () => {
    expect(() => model("sprout", "Q5_K_M").of("synthetic/mistral-7b:Q4_0")).toThrow(
      "every arm brings its own",
    );
  });
});

it("a path counts from where the user stands", async () => {
  vi.stubEnv("INIT_CWD", "/nowhere/near");
  const missing = resolveModel("./mine.gguf");
  await expect(missing).rejects.toThrow(`${path.join("/nowhere/near", "mine.gguf")}: no such file`);
  vi.unstubAllEnvs();
});
