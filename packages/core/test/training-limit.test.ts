import { expect, it } from "vitest";
import { beyondTraining, type EngineInfo } from "../src/index.ts";

const context = (contextSize: number, trainedContext?: number) =>
  beyondTraining({ contextSize, ...(trainedContext !== undefined && { trainedContext }) } as EngineInfo);

it("is told with both numbers where a context passes it", () => {
  expect(context(8192, 2048)).toBe(
    "8192 tokens in a row are more than the 2048 that the model was trained on: beyond them its answers are worth little",
  );
  expect(context(2048, 2048)).toBeNull();
  // llama.cpp's rounding is nobody's wish.
  expect(context(1024, 1000)).toBeNull();
  expect(context(8192)).toBeNull();
});
