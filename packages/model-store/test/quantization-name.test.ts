import { UnknownNameError, UsageError } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import {
  formatQuantizationName,
  model,
  parseModelReference,
  parseQuantizationName,
  requireMakeable,
} from "../src/index.ts";

const canonical = (name: string) => formatQuantizationName(parseQuantizationName(name));

describe("the name of a GGUF quantization", () => {
  it.each([
    ["Q4_K_M", "Q4_K_M"],
    ["q4_k_m+IMATRIX", "Q4_K_M+imatrix"],
    ["F16+attn=Q4_0+imatrix", "F16+imatrix+attn=Q4_0"],
    ["f16+ffn=iq4_nl+embed=q8_0", "F16+embed=Q8_0+ffn=IQ4_NL"],
  ])("%s is written %s", (typed, written) => {
    expect(canonical(typed)).toBe(written);
    expect(canonical(written)).toBe(written);
    expect(parseModelReference(`sprout:${typed}`).ref.quantization).toBe(written);
    expect(model("sprout", typed).ref).toEqual({ id: "sprout", form: "gguf", quantization: written });
  });

  it("says what each part asks for", () => {
    expect(parseQuantizationName("IQ2_XS+imatrix+output=Q6_K")).toEqual({
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
    expect(() => parseQuantizationName(typed)).toThrow(UnknownNameError);
    expect(() => parseQuantizationName(typed)).toThrow(expect.objectContaining({ kind, suggestion }));
  });

  it.each(["Q4_0+imatrix+imatrix", "F16+ffn=Q4_0+ffn=Q8_0"])(
    "that says something twice is refused: %s",
    (typed) => {
      expect(() => parseQuantizationName(typed)).toThrow(UsageError);
      expect(() => parseQuantizationName(typed)).toThrow("twice");
    },
  );
});

describe("a quantization that", () => {
  const make = (name: string) => () => requireMakeable(parseQuantizationName(name));

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
