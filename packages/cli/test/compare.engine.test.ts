import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { validate } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeOtherVocabulary } from "./changed-model.ts";
import { documentOf, lab } from "./lab.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-compare-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What `lab compare --json` says, which has a schema of its own. */
async function answered<Name extends "comparison" | "prompt-comparison">(name: Name, ...typed: string[]) {
  const answer = await lab(["compare", "-t", "1", "--json", ...typed]);
  const document = documentOf(answer);
  if (!document.ok) throw new Error(document.error.message);
  return { ...answer, found: validate(name, document.data, "stdout") };
}

const short = ["-p", "16", "-n", "8", "-r", "1", "--blocks", "2"];

describe("lab compare of two models", () => {
  it("measures both in the rounds of one run, and tells every figure", async () => {
    const { found, stderr, code } = await answered(
      "comparison",
      "sprout:F16",
      "sprout:F16",
      ...short,
      "--blocks",
      "3",
      "-d",
      "32",
    );
    expect(code).toBe(0);
    const names = ["prefillTps", "decodeTps", "ttftMs", "totalMs", "loadMs", "peakRssBytes", "modelBytes"];
    expect(Object.keys(found.metrics).toSorted()).toEqual(names.toSorted());
    for (const metric of Object.values(found.metrics)) {
      expect(metric.effect!.ratio).toBeGreaterThan(0);
      expect(metric.conclusion).not.toBeNull();
    }
    expect(found).toMatchObject({
      pairing: "paired",
      a: { name: "sprout:F16", source: "measured" },
      metrics: {
        modelBytes: { conclusion: "same" },
        decodeTps: { a: { values: Array(3).fill(expect.any(Number)) } },
      },
    });
    expect(stderr).toContain("the same model with the same settings (A/A)");
  });

  it("ends with 1 where a bound fails, and prints a table", async () => {
    const typed = [
      "compare",
      "sprout:F16",
      "sprout:F16",
      "-t",
      "1",
      ...short,
      "--fail-above",
      "modelBytes=0.5",
    ];
    const { code, stdout } = await lab(typed);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Model file, MiB .* the same within 2%$/m);
    expect(stdout).toMatch(/^failed: file size is 1×, above 0\.5$/m);
  });

  it.each([
    [["sprout:F16", "sprout:F16", "-p", "16,32"], '-p "16,32" are 2 values'],
    [["sprout:F16", "sprout:F16", "--same-within", "2"], '--same-within "2" is not a percentage'],
    [["sprout:F16", "sprout:F16", "--across", "hosts"], 'unknown difference "hosts"'],
    [["sprout:F16", "sprout:F16", "--raw"], "--raw does nothing"],
    [["sprout:F16", "sprout:F16", "--fail-below", "speed=1"], 'unknown metric "speed"'],
    [["sprout:F16", "sprout:F16", "--backend", "session", "-ub", "64"], "has nothing to set with -ub"],
    [["sprout:F16", "sprout:F16", "--prompts", "x.jsonl", "--blocks", "3"], "--blocks does nothing"],
    [["sprout:F16", "run.json", "--prompts", "x.jsonl"], "run.json is a file"],
    [["sprout:F16", "sprout:F16", "--prompts", "x.jsonl", "-n", "0"], "-n 0"],
    [["sprout:F16"], "missing required argument"],
  ])("%j is wrong usage", async (typed, message) => {
    const { code, stdout, stderr } = await lab(["compare", ...typed]);
    expect(code, stderr).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
  });
});

describe("lab compare --prompts", () => {
  async function file(lines: readonly object[]): Promise<string> {
    const name = path.join(folder, "mine.jsonl");
    await writeFile(name, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return name;
  }
  const questions = Array.from({ length: 12 }, (_, index) => ({
    prompt: `What is ${index + 3} plus ${index}?`,
  }));

  it("finds nothing between a model and itself, early, and says so", async () => {
    const typed = [
      "sprout:F16",
      "sprout:F16",
      "--prompts",
      await file([...questions, questions[0]!]),
      "-n",
      "8",
    ];
    const { found, stderr } = await answered("prompt-comparison", ...typed);
    expect(found.verdict).toBe("same");
    expect(found.looks).toEqual({ taken: 1, planned: 3 });
    expect(found.total).toMatchObject({
      prompts: 10,
      unchanged: 10,
      flips: { value: 0, ci95: [0, 0] },
      kld: { value: 0 },
    });
    expect(found.prompts.map(({ line }) => line)).toEqual(questions.map((_, index) => index + 1));
    expect(found.prompts.filter(({ status }) => status === "skipped")).toHaveLength(2);
    expect(stderr).toMatch(/^warning: A and B are the same file \(A\/A\)/m);
    expect(stderr).toMatch(/^warning: each prompt counts once; said again in line 13 \(as 1\)$/m);
  });

  it("finds where a coarse quantization chooses otherwise, prompt by prompt", async () => {
    const typed = ["sprout:F16", "sprout:Q2_K", "--prompts", await file(questions), "--same-within", "0.01%"];
    const { found } = await answered("prompt-comparison", ...typed, "-n", "16");
    const compared = found.prompts.filter((each) => each.status === "compared");
    const flips = compared.reduce((sum, each) => sum + each.flips, 0);
    const tokens = compared.reduce((sum, each) => sum + each.tokens, 0);
    expect(found.total.flips.value).toBeCloseTo(flips / tokens, 12);
    expect(found.total.kld.value).toBeGreaterThan(0);
    expect(compared.reduce((sum, each) => sum + each.kld * each.tokens, 0) / tokens).toBeCloseTo(
      found.total.kld.value,
      12,
    );
    expect(flips).toBeGreaterThan(0);
    for (const { flips: own, firstDifference: first, tokens: length } of compared) {
      expect(first === null).toBe(own === 0);
      if (!first) continue;
      expect(first.token).toBeLessThan(length);
      expect(first.candidate).not.toBe(first.reference);
    }
    expect(found.referenceEngine.threads).toBe(1);
  });

  it("answers as lab generate does, in the model's own template", async () => {
    const [asked] = questions;
    const typed = ["--prompts", await file([asked!]), "-n", "12"];
    const { found } = await answered("prompt-comparison", "sprout:F16", "sprout:Q8_0", ...typed);
    const spoken = await lab(["generate", "-m", "sprout:F16", "-p", asked!.prompt, "-n", "12", "-t", "1"]);
    expect(found.prompts[0]).toMatchObject({ status: "compared", answer: spoken.stdout.replace(/\n$/, "") });
    expect(found.verdict).toBe("undecided");
    expect(found.furtherPrompts).toBeGreaterThanOrEqual(9);
    const raw = await answered("prompt-comparison", "sprout:F16", "sprout:Q8_0", ...typed, "--raw");
    expect(raw.found.promptIdsSha256).not.toBe(found.promptIdsSha256);
  });

  it("refuses a prompt that the context does not hold, with both numbers, and compares the rest", async () => {
    const long = { prompt: "What is inflation? ".repeat(400) };
    const { found } = await answered(
      "prompt-comparison",
      "sprout:F16",
      "sprout:F16",
      "--prompts",
      await file([long, ...questions]),
      "-n",
      "8",
    );
    expect(found.prompts[0]).toMatchObject({
      line: 1,
      status: "refused",
      reason: expect.stringMatching(
        /^\d+ tokens of prompt and 8 of an answer are \d+, more than the 1024 that/,
      ),
    });
    expect(found.total.prompts).toBe(10);
    const none = await lab([
      "compare",
      "sprout:F16",
      "sprout:F16",
      "--prompts",
      await file(questions),
      "-c",
      "12",
    ]);
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(
      /^error: no prompt could be compared: \d+ tokens of prompt and 64 .* the context of 12$/m,
    );
  });

  it("refuses another tokenizer, a broken line and an empty file", async () => {
    const other = path.join(folder, "other.gguf");
    await writeOtherVocabulary(other);
    const spoken = [...questions, { prompt: "Who wrote the book?" }];
    const refused = async (b: string, lines: readonly object[]) =>
      (await lab(["compare", "sprout:F16", b, "-t", "1", "--prompts", await file(lines)])).stderr;
    expect(await refused(other, spoken)).toMatch(
      /^error: mine\.jsonl, line 13 is other tokens to A than to B, from token/m,
    );
    expect(await refused("sprout:Q8_0", [questions[0]!, { prompt: 3 }])).toMatch(
      /^error: .*line 2: "prompt" must be/m,
    );
    expect(await refused("sprout:Q8_0", [])).toMatch(/^error: .*mine\.jsonl: has no prompts$/m);
  });
});
