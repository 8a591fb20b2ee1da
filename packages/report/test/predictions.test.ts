import { type Forecast, forecastHostBytes, type Metric, type Result } from "@quantlab/core";
import { describe, expect, test } from "vitest";
import { chartsTogether } from "../src/charts/chart-specs.ts";
import { readmeSection } from "../src/index.ts";
import { ladderResult } from "./ladder-result.ts";

const mebibyte = 2 ** 20;
const analyses = [{ analysis: "predictions" }];
const own = { model: "sprout", leads: false };
const types = ["Q8_0", "Q6_K", "Q4_K_M", "Q4_0"];

/** A result of exp12 for a model of so many MiB: what was measured is what was worked out, 130 MiB, and `off` of all. */
function resultOf(model: string, size: number, off = 0.004): Result {
  const result = ladderResult(
    Object.fromEntries(types.map((type) => [type, { mebibytes: 10, divergence: 0.001 }])),
    { model, parameters: size * 1e6, synthetic: false },
  );
  const arms = Object.entries(result.arms).map(([name, arm], index) => {
    const weights = (size / (1 + index)) * mebibyte;
    const forecast: Forecast = {
      processBytes: 140 * mebibyte,
      vocabularyBytes: 5 * mebibyte,
      buffers: { CPU: { weights, cache: 20 * mebibyte, compute: 7 * mebibyte } },
      mappedBytes: weights,
      contextSize: 512,
      kvCacheTypes: ["f16", "f16"],
      layers: 24,
      queriesPerKey: 3,
      reads: { Q8_0: weights },
    };
    const memory = (130 * mebibyte + forecastHostBytes(forecast)) * (1 + off * (-1) ** index);
    const speed = 10e9 / (weights * 0.8 + 24 * 1e5);
    const metrics = {
      peakRssBytes: exact("bytes", memory),
      decodeTps: exact("tok/s", speed),
      copySpeed: exact("bytes/s", 10e9),
    };
    return [name, { ...arm, forecast, metrics }] as const;
  });
  return { ...result, arms: Object.fromEntries(arms) };
}

function exact(unit: string, value: number): Metric {
  return { unit, statistic: "median", value, ci95: null, values: [value] };
}

const section = (results: readonly Result[]) =>
  readmeSection({
    experiment: "exp900",
    question: "Does it fit?",
    results,
    analyses,
    own,
    packageManager: "pnpm@0.0.0",
  });

describe("what was predicted before loading", () => {
  const three = [resultOf("sprout", 12), resultOf("middle", 700), resultOf("large", 3000)];

  test("stands beside what was measured, for each model by the others alone, with the usual formula", () => {
    const text = section(three);
    expect(text).toMatch(
      /\*\*Finding\.\*\* Each model predicted from the others alone, 15 of 15 predictions of memory lie within 5%/,
    );
    expect(text).toMatch(/The 90% intervals held \d+ of 15 \(\d+%\)\./);
    expect(text).toContain("## Predicted before loading");
    expect(text).toMatch(/^\| middle \| 5 \| 5 \| /m);
    expect(text).toMatch(
      /^\| large, Q4_K_M \| [\d,]+ \| [\d,]+ \([\d,]+–[\d,]+\) \| [+−][\d.]+% \| [\d,]+ \| [+−][\d.]+% \|$/m,
    );
  });

  test("leaves out the speed of weights that the processor's caches hold, and says so", () => {
    expect(section(three)).toMatch(/Not predicted: sprout\. A token reads so few weights/);
  });

  test("is drawn, ours and the usual formula's largest error for each model", () => {
    const [memory] = chartsTogether(three, analyses);
    expect(memory).toMatchObject({ kind: "bars", name: "predicted-memory" });
    expect(memory!.kind === "bars" && memory!.rows.map(({ about }) => about)).toEqual(
      [1, 2, 3].flatMap(() => ["predicted from the others", "usual formula"]),
    );
  });

  test("has no interval from two models, and of one alone nothing is held out", () => {
    expect(section(three.slice(1))).toMatch(/There is no interval yet: it takes three models/);
    const alone = section(three.slice(0, 1));
    expect(alone).toContain("Nothing is held out yet");
    expect(alone).not.toContain("Each model predicted");
    expect(chartsTogether(three.slice(0, 1), analyses)).toEqual([]);
  });

  test("leaves results of other machines out", () => {
    const other = three.map((result) => ({
      ...result,
      host: { ...result.host, id: "elsewhere" },
      model: `${result.model}-x`,
    }));
    const mixed = section([three[0]!, ...other]);
    expect(mixed).toMatch(/^\| sprout-x \| 5 \| /m);
    expect(mixed).not.toMatch(/^\| sprout \| 5 \| /m);
  });
});
