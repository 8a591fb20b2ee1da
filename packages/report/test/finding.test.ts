import type { Effect } from "@quantlab/core";
import { loadMs, totalMs } from "@quantlab/shared-metrics";
import { describe, expect, it } from "vitest";
import { effectsTable } from "../src/effects-table.ts";
import { briefFinding, finding } from "../src/finding.ts";
import { toResult } from "../src/index.ts";
import { type ArmPlan, experiment, makeRun, plans } from "./run-builder.ts";

const { q4, q5 } = plans as { q4: ArmPlan; q5: ArmPlan };
const found = (arms: Readonly<Record<string, ArmPlan>>, baseline = "q4", synthetic = false) =>
  finding(toResult(makeRun({ arms, synthetic, baseline }), experiment));

describe("finding", () => {
  it("tells a claimed difference with ratio, interval and values", () => {
    expect(found({ q4, q5 })).toMatch(
      /^Against Q4_K_M, Q5_K_M decodes 0\.93× as fast \(95% 0\.92–0\.94; 2,310 against 2,480 tok\/s\), reads the prompt 0\.93× as fast \(95% 0\.92–0\.94\), needs 1\.03× the memory, has 0\.994× the perplexity \(95% 0\.993–0\.995; lower is better\) and answers 1\.018× as many/,
    );
  });

  it("claims nothing when the interval touches 1", () => {
    const noisy = { ...q4, spread: 8 };
    const text = found({ q4: noisy, q5: { ...noisy, tokensPerSecond: q4.tokensPerSecond * 1.01 } });
    expect(text).toMatch(
      /^Against “q4”, “q5” is the same within 2% in peak memory \(1×\), .*; no difference could be told from noise in decode speed \(1\.\d+×, 95% 0\./,
    );
    expect(text).not.toMatch(/decodes/);
  });

  it("claims nothing that the statistics do not claim, even with a 95% interval clear of 1", () => {
    const effect: Effect = { ratio: 0.99, ci95: [0.982, 0.998], claim: "none" };
    const result = toResult(makeRun({ arms: { q4, q5 } }), experiment);
    const unsure = { ...result, effects: { q5: { decodeTps: effect } } };
    expect(finding(unsure)).not.toMatch(/decodes/);
    expect(effectsTable(unsure)).toMatch(/\| Decode \| 0\.990× \(\S+\)<br>same within 2% \|/);
  });

  it("learns from a run's other arms how much blocks vary", () => {
    const noisy = { ...q4, spread: 8 };
    const arms = { q4: noisy, q5: { ...noisy, tokensPerSecond: 2400 } };
    const interval = (plans: Record<string, typeof noisy>) =>
      toResult(makeRun({ arms: plans }), experiment).effects.q5!.decodeTps!.ci95;
    const [alone, among] = [interval(arms), interval({ ...arms, third: { ...noisy, spread: 1 } })];
    expect(among).not.toEqual(alone);
  });

  it("begins with the times that an experiment is about", () => {
    const report = [totalMs, loadMs, ...experiment.report.filter(({ name }) => name !== "loadMs")];
    const text = finding(toResult(makeRun({ arms: { q4, q5 } }), { ...experiment, report }));
    expect(text).toMatch(/^Against Q4_K_M, Q5_K_M takes 1\.0\d+× the time for the whole answer/);
    expect(text).toContain("load time");
    expect(text).not.toContain("decodes");
  });

  it("tells another backend's own quantizations by backend, as ranges where there are many", () => {
    const mlx = (bits: number, tokensPerSecond: number) =>
      ({ ...q5, backend: "mlx", quantization: `mlx-${bits}bit-g64`, tokensPerSecond }) as ArmPlan;
    const two = found({ q4, q5, four: mlx(4, 300), eight: mlx(8, 600) });
    expect(two).toMatch(
      /^Against Q4_K_M through llama\.cpp's C API, mlx-4bit-g64 through MLX decodes 0\.12\d*× as fast/,
    );
    expect(two).toMatch(
      /Against Q4_K_M through llama\.cpp's C API, mlx-8bit-g64 through MLX decodes 0\.24\d*× as fast/,
    );
    // Behind it, for whoever measures another backend asks about that.
    expect(two).toMatch(/\. Against Q4_K_M, Q5_K_M decodes 0\.93×/);
    expect(found({ q4, q5, four: mlx(4, 300), six: mlx(6, 400), eight: mlx(8, 600) })).toMatch(
      /decode speed goes from 0\.12\d*× \(mlx-4bit-g64 through MLX, .*\) to 0\.24\d*× \(mlx-8bit-g64 through MLX/,
    );
  });

  it("tells a detour over another backend by backend, on the same weights", () => {
    expect(found(plans)).toMatch(
      /Against llama\.cpp's C API on the same Q4_K_M weights, node-llama-cpp decodes 0\.49\d*× as fast/,
    );
    expect(found(plans)).not.toMatch(/Q5_K_M through/);
  });

  it("tells many arms as ranges", () => {
    const arms = {
      q4,
      q5,
      q6: { ...q5, quantization: "Q6_K", tokensPerSecond: 2000 },
      q8: { ...q5, quantization: "Q8_0", tokensPerSecond: 1700, loss: 1.581 },
    };
    expect(found(arms)).toMatch(
      /^Against Q4_K_M, decode speed goes from 0\.6\d+× \(Q8_0, 95% \S+\) to 0\.93× \(Q5_K_M, 95% \S+\);/,
    );
  });

  it("names arms that differ in neither quantization nor backend by their names", () => {
    expect(found({ q4, faster: { ...q4, tokensPerSecond: 4000 } })).toMatch(
      /^Against “q4”, “faster” decodes 1\.6/,
    );
  });

  it("says nothing of quality for random weights", () => {
    expect(found({ q4, q5 }, "q4", true)).not.toMatch(/perplexity|questions/);
  });

  it("says when there is nothing to compare", () => {
    const lost = { status: "skipped", reason: "no such engine" } as const;
    expect(found({ q4, q5: { ...q5, lost } })).toMatch(/No arm beside the baseline was measured/);
    expect(found({ q4: { ...q4, lost }, q5 })).toMatch(/The baseline “q4” was not measured/);
  });

  it("is cut after a sentence where a reader meets it first, its doubt kept", () => {
    const arms = Object.fromEntries(
      Array.from({ length: 3 }, (_, index): [string, ArmPlan] => [
        `mlx${index}`,
        {
          ...q5,
          backend: "mlx",
          quantization: `mlx-${index + 2}bit-g64`,
          tokensPerSecond: 300 * (index + 1),
        },
      ]),
    );
    const result = toResult(
      makeRun({ arms: { ...plans, ...arms }, guards: { foreignCpuPercent: 40 } }),
      experiment,
    );
    const [whole, brief] = [finding(result), briefFinding(result)];
    expect(brief.length).toBeLessThan(whole.length);
    expect(brief).toMatch(
      /^Against Q4_K_M through llama\.cpp's C API, .*\. The run is noisy \(see the verdict\), so/,
    );
    expect(whole.startsWith(brief.slice(0, brief.indexOf(" The run is noisy")))).toBe(true);
    const short = toResult(makeRun({ arms: { q4, q5 } }), experiment);
    expect(briefFinding(short)).toBe(finding(short));
  });

  it("doubts small differences of a noisy run", () => {
    const result = toResult(makeRun({ guards: { foreignCpuPercent: 40 } }), experiment);
    expect(result.verdict.state).toBe("noisy");
    expect(finding(result)).toMatch(
      /The run is noisy \(see the verdict\), so small differences deserve doubt\.$/,
    );
  });
});
