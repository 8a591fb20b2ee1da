import { expect, test } from "vitest";
import { frontPage } from "../src/front-page.ts";
import { toResult } from "../src/index.ts";
import { experiment, makeRun } from "./run-builder.ts";

test("the repository's page shows a result with its chart, model and verdict, and leads to the experiment", () => {
  const result = toResult(makeRun(), experiment);
  const text = frontPage(result, experiment.analyses, "experiments/exp3-q5");
  expect(text).toMatch(
    /^\*\*\[What does Q5_K_M .*\?\]\(experiments\/exp3-q5\/README\.md\)\*\* Against Q4_K_M, Q5_K_M decodes/,
  );
  expect(text).toContain('src="experiments/exp3-q5/charts/sprout-decode-light.svg"');
  expect(text.match(/<picture>/g)).toHaveLength(1);
  expect(text).toContain("Model: `sprout`");
  expect(text).toContain("**Verdict: valid**. Test CPU");
});
