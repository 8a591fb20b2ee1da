import type { ChunkScore } from "@quantlab/scoring";
import { describe, expect, test } from "vitest";
import { kldDepth0, kldDepth256, kldDepth512, kldDepth1024, metricNamed } from "../src/index.ts";
import { scoreBlock, scores } from "./support/blocks.ts";

const chunkOf = (kld: readonly number[]): ChunkScore => ({
  tokens: kld.length,
  bytes: 3 * kld.length,
  negativeLogLikelihood: 10,
  divergence: { kld, sameTop: kld.length, squaredDeltaP: 0 },
});

/** Every token but the first scored: each diverges by what `at` says of how many stand before it. */
const chunk = (chunkSize: number, at: (before: number) => number) =>
  chunkOf(Array.from({ length: chunkSize - 1 }, (_, index) => at(index + 1)));

const blocksOf = (chunkSize: number, ...chunks: readonly ChunkScore[]) => [
  scoreBlock({ scores: { ...scores([]), reference: "f16", chunkSize, chunks } }),
];

describe("divergence by depth", () => {
  test("is the mean over the tokens behind so many others, and no others", () => {
    // 1 in the part that is looked at, and 0 elsewhere.
    for (const [metric, from, until] of [
      [kldDepth0, 0, 256],
      [kldDepth256, 256, 512],
      [kldDepth512, 512, 1024],
    ] as const) {
      const inside = chunk(1024, (before) => Number(before >= from && before < until));
      expect(metric.summarise(blocksOf(1024, inside)).value).toBe(1);
      const outside = chunk(1024, (before) => Number(before < from || before >= until));
      expect(metric.summarise(blocksOf(1024, outside)).value).toBe(0);
    }
  });

  test("weighs tokens alike, has an interval over chunks, and pairs arms by chunk", () => {
    const arm = (scale: number) =>
      blocksOf(512, ...[1, 2, 3, 4].map((nats) => chunk(512, (before) => (before < 256 ? 0 : nats * scale))));
    expect(kldDepth256.summarise(arm(1))).toMatchObject({ value: 2.5, values: [1, 2, 3, 4], unit: "nats" });
    const { ci95 } = kldDepth256.summarise(arm(1)) as { ci95: readonly [number, number] };
    expect(ci95[0]).toBeLessThan(2.5);
    expect(ci95[1]).toBeGreaterThan(2.5);
    expect(kldDepth256.compare(arm(1), arm(3))).toMatchObject({ ratio: 3, ci95: [3, 3], claim: "more" });
    // The reference is at no distance, and nothing is a multiple of that.
    expect(kldDepth256.compare(arm(0), arm(3))).toBeNull();
  });

  test("counts from the chunk's end, where llama-perplexity's half alone was scored", () => {
    // 255 values of a chunk of 512: behind 257 tokens to 511.
    const half = chunkOf(Array.from({ length: 255 }, (_, index) => (index < 100 ? 1 : 0)));
    expect(kldDepth256.summarise(blocksOf(512, half)).value).toBeCloseTo(100 / 255, 12);
  });

  test("concerns runs whose chunks are as long, and asks for every token", () => {
    const short = blocksOf(
      512,
      chunk(512, () => 1),
    );
    expect(kldDepth256.concerns!(short)).toBe(true);
    expect(kldDepth512.concerns!(short)).toBe(false);
    expect(kldDepth1024.needs).toEqual({ divergence: true, everyToken: true });
    expect(metricNamed("kldDepth1024").depth).toEqual([1024, 2048]);
    expect(kldDepth1024.display.heading).toBe("Divergence at depth 1,024–2,047");
  });
});
