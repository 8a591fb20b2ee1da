import { createStore, model, parseReference, resolveModel, withModel } from "@quantlab/model-store";
import { describe, expect, it, test } from "vitest";
import { mlx, mlxForm } from "../src/index.ts";

const store = createStore({ forms: [mlxForm] });

describe("a model in MLX form", () => {
  it("is named without being made, and takes another model in the same quantization", () => {
    const reference = "sprout:mlx-4bit-g64-float32-dwq-16x64";
    const quantization = "mlx-4bit-g64-float32-dwq-16x64";
    expect(parseReference(reference)).toEqual({ id: "sprout", form: "mlx", quantization });
    expect(withModel(reference, "qwen3-0.6b")).toBe(`qwen3-0.6b:${quantization}`);
    expect(model("sprout", quantization, store).of("qwen3-0.6b").ref.id).toBe("qwen3-0.6b");
  });

  it("refuses an unknown model, and a reference with a quantization of its own", () => {
    expect(() => model("sprout", "mlx-float32").of("sprotu")).toThrow('unknown model "sprotu"');
    expect(() => withModel("sprout:mlx-float32", "sprout:Q4_K_M")).toThrow("names a quantization");
  });

  it("that rounds takes no text to learn from", async () => {
    const calibration = "./nowhere.txt";
    const rounded = resolveModel("sprout:mlx-4bit-g64", { store, calibration });
    await expect(rounded).rejects.toThrow("learns nothing from a text");
  });

  it("that would learn needs a text that can be read", async () => {
    const lost = resolveModel("sprout:mlx-4bit-g64-awq", { store, calibration: "./nowhere.txt" });
    await expect(lost).rejects.toThrow("cannot be read");
  });
});

test("an option that MLX has not is refused", () => {
  expect(() => mlx().withOptions({ threads: 2 })).toThrow('mlx has no option "threads"');
  expect(() => mlx().withOptions({ device: "gpu" })).toThrow('mlx: device is "gpu"');
  expect(mlx({ device: "cpu" }).options).toEqual({ device: "cpu" });
});
