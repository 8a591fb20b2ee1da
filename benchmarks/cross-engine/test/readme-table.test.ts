import { detectHost } from "@quantlab/core";
import { expect, test } from "vitest";
import { withResults } from "../src/readme-table.ts";
import type { CrossEngineResult, Ran } from "../src/result.ts";

const engine: Ran = {
  name: "toy",
  version: "1.0",
  devices: ["CPU"],
  threads: 2,
  kvCacheTypes: null,
  modelSha256: "0".repeat(64),
};
const figures = { tokens: 1280, perplexity: 5.25, engine };

const result = (startedAt: string, model: string): CrossEngineResult => ({
  schemaVersion: 1,
  host: { ...detectHost(), cpu: "Abacus", cores: 2 },
  startedAt,
  finishedAt: startedAt,
  model,
  asked: { questions: 20, newTokens: 64, chunks: 16 },
  reference: { name: "reference", title: "the reference", engine, perplexity: 5 },
  arms: [
    {
      ...figures,
      name: "close",
      title: "close",
      status: "compared",
      tokensAgreed: 1280,
      partings: [],
      logitError: { largest: 0.000123, mean: 0.0000045, places: 1280 },
      perplexityRatio: 1,
    },
    {
      ...figures,
      name: "far",
      title: "far",
      status: "compared",
      tokensAgreed: 1200,
      partings: [
        { question: "Who are you?", at: 9, gap: 0.0023 },
        { question: "Hello!", at: 0, gap: 0.04 },
      ],
      logitError: { largest: 0.31, mean: 0.01, places: 1202 },
      perplexityRatio: 1.05,
    },
    { name: "absent", title: "absent", status: "skipped", reason: "no such machine" },
  ],
});

test("stands between the markers, the newest result first, with every parting", () => {
  const readme = "# Head\n<!-- results:begin -->\nold\n<!-- results:end -->\nTail\n";
  const text = withResults(readme, [
    result("2026-01-01T00:00:00Z", "older"),
    result("2026-02-01T00:00:00Z", "newer"),
  ]);
  expect(text).toMatch(/^# Head\n<!-- results:begin -->\n\n### newer on Abacus, 2 cores\n/);
  expect(text).toMatch(/\n<!-- results:end -->\nTail\n$/);
  expect(text.indexOf("### newer")).toBeLessThan(text.indexOf("### older"));
  expect(text).not.toContain("old\n");
  expect(text).toContain(
    "toy 1.0; 20 prompts of 64 greedy tokens, the first 16 chunks of the test text, 2026-02-01.",
  );
  expect(text).toContain("| close | 1280 of 1280 | 0 |  | 1.2e-4 | 4.5e-6 | 5.2500 | 1.00000 |");
  expect(text).toContain("| far | 1200 of 1280 | 2 | 0.040 | 0.31 | 0.010 | 5.2500 | 1.05000 |");
  expect(text).toContain("| absent | skipped: no such machine |");
  expect(text).toContain("| far | Who are you? | 10 | 0.0023 |\n| far | Hello! | 1 | 0.040 |");
});
