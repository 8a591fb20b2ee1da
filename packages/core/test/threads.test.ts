import { expect, it } from "vitest";
import { defaultThreads, detectHost, type Host } from "../src/index.ts";

const { limits: _, performanceCores: __, ...machine } = detectHost();

it.each<[string, Pick<Host, "cores" | "performanceCores" | "limits">, number]>([
  ["two plain cores", { cores: 2 }, 2],
  ["four performance cores and six efficiency cores", { cores: 10, performanceCores: 4 }, 4],
  ["16 hyperthreads of 8 cores", { cores: 16, performanceCores: 8 }, 8],
  ["a container with a quota of 2 of 16 processors", { cores: 2, limits: { cores: 2 } }, 2],
  ["a quota above 4 performance cores", { cores: 6, performanceCores: 4, limits: { cores: 6.5 } }, 4],
  ["a container with less than a core", { cores: 1, limits: { cores: 0.8 } }, 1],
])("compute by themselves on %s", (_, facts, threads) => {
  expect(defaultThreads({ ...machine, ...facts })).toBe(threads);
});

it("are those of this machine unless another is named", () => {
  expect(defaultThreads()).toBe(defaultThreads(detectHost()));
});
