import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { buildPeers, overShippedLibrary } from "@quantlab/benchmark-tools";
import { ggufFileTypes, type ModelFile, needsImportanceMatrix, repositoryRoot } from "@quantlab/core";
import { model } from "@quantlab/model-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contestsOf } from "../src/contests.ts";
import { peer } from "../src/peer.ts";
import type { Plan } from "../src/plan.ts";
import type { Findings } from "../src/result.ts";
import { type ScoredType, type Setting, scoredTypes } from "../src/setting.ts";

const { signal } = new AbortController();
/** The search of an IQ type takes a quarter of a minute a file; the benchmark itself has them all. */
const types = ggufFileTypes.filter((type) => !type.startsWith("IQ") || ["IQ2_XXS", "IQ4_NL"].includes(type));
const plan: Plan = {
  scored: scoredTypes,
  importance: true,
  textBytes: 30_000,
  quantized: types,
  quantizeRunsPerRound: 0,
};
const text = (name: string) => path.join(repositoryRoot, "models/sprout/text", name);

let scratch: string;
let findings: Findings;

/** Each side of each contest once, on the shipped model, by the commands that people use. */
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), "quantlab-score-parity-"));
  const targets = ["llama-perplexity", "llama-quantize", "llama-imatrix"];
  const files: Partial<Record<ScoredType, ModelFile>> = {};
  for (const type of scoredTypes) files[type] = await model("sprout", type).resolve({ signal });
  const built = await buildPeers({ targets, kind: "same-flags", signal });
  const setting: Setting = {
    peers: await overShippedLibrary(built, targets, path.join(scratch, "peers")),
    files: files as Record<ScoredType, ModelFile>,
    text: path.join(scratch, "test.txt"),
    calibration: text("calibration.txt"),
    scratch,
    threads: 2,
    signal,
  };
  await writeFile(setting.text, (await readFile(text("test.txt"))).subarray(0, plan.textBytes!));
  const matrix = path.join(scratch, "importance.gguf");
  const parameters = ["-m", setting.files.F16.path, "-f", setting.calibration, "-o", matrix];
  await peer(setting, "llama-imatrix", [...parameters, "--chunks", "8"]);
  const contests = contestsOf(setting, plan, matrix);
  for (const contest of contests.all) {
    await contest.run("peer", 0);
    await contest.run("lab", 0);
  }
  findings = await contests.findings();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe("on the shipped model", () => {
  test("perplexities have the digits of llama-perplexity", () => {
    for (const { type, lab, peer } of findings.perplexities) expect(`${type} ${lab}`).toBe(`${type} ${peer}`);
  });

  test("every statistic of divergence is llama-perplexity's within the noise of its file", () => {
    const apart = findings.divergences.flatMap(({ type, agreements }) =>
      agreements.filter(({ agrees }) => !agrees).map((each) => ({ type, ...each })),
    );
    expect(apart).toEqual([]);
  });

  test("files of every type are llama-quantize's byte for byte, or both refuse", () => {
    const apart = findings.quantizations.filter(
      ({ outcome }) => outcome !== "identical" && outcome !== "both refuse",
    );
    expect(apart).toEqual([]);
    const refused = findings.quantizations.filter(({ outcome }) => outcome === "both refuse");
    const guided = types.filter(needsImportanceMatrix);
    expect(refused.map(({ type, withMatrix }) => [type, withMatrix])).toEqual(
      guided.map((type) => [type, false]),
    );
  });

  test("an importance matrix is llama-imatrix's within a thousandth", () => {
    expect(findings.importance!.entries).toBeGreaterThan(1000);
    expect(findings.importance!.largest).toBeLessThan(1e-3);
  });
});
