import type { NamedAnalysis, Result } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { finding as findingOf } from "../src/finding.ts";
import { ladder, ladderResult, type Rung } from "./ladder-result.ts";

const with_ = (rung: Rung, change: Partial<Rung>): Rung => ({ ...rung, ...change });
const { Q4_0, Q4_K_S, Q5_0, Q5_K_S, Q8_0 } = ladder as Record<string, Rung> & typeof ladder;

const reads = { loss: "kldMean", size: "modelBytes", held: "weightBytes", within: "perplexity" };
const named = (...analyses: string[]): NamedAnalysis[] =>
  analyses.map((analysis) => ({ analysis, ...reads }));
const finding = (result: Result, ...analyses: string[]) =>
  findingOf(result, named(...(analyses.length > 0 ? analyses : ["smallest", "beaten"])));

describe("the finding of many forms", () => {
  it("is how small one may go, what is beaten, and the speed", () => {
    const text = finding(ladderResult(ladder));
    expect(text).toMatch(/^Of 24 forms, these are the smallest whose perplexity stays near to F16's/);
    expect(text).toContain(
      "within 0.1% Q5_K_M (3.87 MiB; 1.0008×, 95% 1.0007–1.0009), within 1% Q3_K_L (2.95 MiB; 1.008×, 95% 1.007–1.010) and within 5% IQ2_M+imatrix",
    );
    expect(text).toContain(
      "Beaten by a form that is no larger and nearer in mean divergence: Q5_0 by Q5_K_S, Q4_0 by IQ4_XS and Q3_K_S by IQ3_XS+imatrix.",
    );
    expect(text).toMatch(
      /Against F16, decode speed goes from 0\.70× \(IQ1_M\+imatrix, .*\) to 1\.28× \(Q4_0/,
    );
  });

  it("counts the upper end of an interval, and says when nothing is near enough", () => {
    const far = (divergence: number) => with_(Q4_0!, { divergence });
    const text = finding(ladderResult({ A: far(0.2), B: far(0.21), C: far(0.22), D: far(0.23) }));
    expect(text).toMatch(/^None of 4 forms keeps its perplexity within 5% of F16's/);
    // 0.071 nats: the ratio is 1.044, its upper end 1.051.
    const near = finding(ladderResult({ A: far(0.071), B: far(0.21), C: far(0.22), D: far(0.23) }));
    expect(near).toMatch(/^None of 4 forms/);
  });

  it("is who loses least at equal bytes where there are other packages", () => {
    const text = finding(
      ladderResult({
        ...ladder,
        "mlx-4bit-g64": { mebibytes: 3.2, divergence: 0.01, backend: "mlx" },
        "mlx-2bit-g64": { mebibytes: 1.7, divergence: 0.9, backend: "mlx" },
        "mlx-4bit-g64-dwq": { mebibytes: 3.2, divergence: 0.003, backend: "mlx" },
        "bnb-nf4": { mebibytes: 10.8, held: 3.6, divergence: 0.013, backend: "transformers-cpu" },
      }),
      "equal-bytes",
    );
    expect(text).toMatch(
      /^Against the best form of llama\.cpp's C API that takes no more bytes, 2 of 3 forms of other packages lose more \(.*\) and 1 loses less\./,
    );
    expect(text).toContain("mlx-2bit-g64 (1.70 MiB) is smaller than all of them");
    expect(text).toContain("mlx-4bit-g64 (3.20 MiB) diverges 1.64× as much as Q4_K_S");
    expect(text).toContain("Transformers: bnb-nf4 (3.60 MiB) diverges 2.50× as much as Q4_K_M.");
  });

  it("is what the kind of type and an importance matrix change where there are pairs", () => {
    const better = (rung: Rung, by: number) => with_(rung, { divergence: rung.divergence * by });
    const text = finding(
      ladderResult({
        Q4_0: Q4_0!,
        Q4_K_S: Q4_K_S!,
        Q5_0: Q5_0!,
        Q5_K_S: Q5_K_S!,
        "Q4_0+imatrix": better(Q4_0!, 0.8),
        "Q4_K_S+imatrix": better(Q4_K_S!, 0.9),
        "F16+attn=Q4_K": { mebibytes: 8, divergence: 0.001 },
        "F16+attn=Q4_0": { mebibytes: 8, divergence: 0.0016 },
        "F16+ffn=Q4_0": { mebibytes: 7, divergence: 0.003 },
      }),
      "k-against-legacy",
      "importance",
      "tensor-classes",
    );
    expect(text).toMatch(
      /^Without an importance matrix, Q4_K_S diverges 0\.67× as much as Q4_0 \(file 1\.02×\); Q5_K_S diverges 0\.71× as much as Q5_0 \(file 0\.997\d×\)\. With an importance matrix, Q4_K_S diverges 0\.75× as much/,
    );
    expect(text).toContain("takes the mean divergence of Q4_0 to 0.80×; of Q4_K_S to 0.90×.");
    expect(text).toMatch(
      /for attention Q4_K 0\.00100 .* and Q4_0 .*, with Q4_K 0\.63× as much as Q4_0; for feed-forward/,
    );
  });

  it("is told one by one of few forms, and as before without a divergence", () => {
    const few = finding(ladderResult({ Q8_0: Q8_0!, Q4_0: Q4_0! }));
    expect(few).toMatch(/^Against F16, Q8_0 decodes/);
  });

  it("says that nothing is told apart where an interval holds 1", () => {
    const result = ladderResult({ Q4_0: Q4_0!, Q4_K_S: Q4_K_S!, Q5_0: Q5_0!, Q5_K_S: Q5_K_S! });
    const metric = result.arms.Q5_K_S!.metrics.kldMean!;
    if (metric.value === null) throw new Error("the fixture has a divergence");
    // Farther in the mean, by one unlucky chunk alone.
    const values = metric.values.map((value, chunk) => value * (chunk === 0 ? 6 : 0.95));
    const kldMean = {
      ...metric,
      value: values.reduce((sum, value) => sum + value, 0) / values.length,
      values,
    };
    const q5 = { ...result.arms.Q5_0!, metrics: { ...result.arms.Q5_0!.metrics, kldMean } };
    expect(kldMean.value).toBeGreaterThan(metric.value);
    expect(finding({ ...result, arms: { ...result.arms, Q5_0: q5 } })).not.toContain("Q5_0 by");
  });

  it("is of the analyses that are named, and refuses what is none", () => {
    const result = ladderResult(ladder);
    expect(findingOf(result)).not.toContain("Of 24 forms");
    expect(() => finding(result, "smalest")).toThrow('unknown analysis "smalest"');
    expect(() => findingOf(result, [{ analysis: "beaten", size: "modelBytes" }])).toThrow(
      "the analysis beaten has no loss",
    );
    expect(() => findingOf(result, [{ analysis: "beaten", size: "modelBytes", loss: "kldMeen" }])).toThrow(
      'unknown metric "kldMeen"',
    );
  });
});
