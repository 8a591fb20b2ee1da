import { describe, expect, it } from "vitest";
import { chosenEngine } from "../src/backend-option.ts";

describe("without --backend a model has the engine that reads it", () => {
  it.each([
    ["sprout:Q4_K_M", "engine"],
    ["sprout:float16", "transformers"],
    ["sprout:mlx-4bit-g64", "mlx"],
    ["http://127.0.0.1:8080/v1#a", "endpoint"],
  ])("%s: %s", (model, name) => {
    expect(chosenEngine({ model })).toMatchObject({ reference: model, engine: { name } });
  });

  it("and without a model the engine has its own", () => {
    expect(chosenEngine({}).reference).toBe("sprout:F16");
    expect(chosenEngine({ backend: "mlx" }).reference).toBe("sprout:mlx-float32");
  });

  it("and a named one refuses another form", () => {
    expect(() => chosenEngine({ model: "sprout:float16", backend: "endpoint" })).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining("in hf form") }),
    );
  });
});
