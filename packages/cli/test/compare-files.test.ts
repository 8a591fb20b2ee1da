import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Block, Comparison, Host, Run } from "@quantlab/core";
import { toResult } from "@quantlab/report";
import { metrics } from "@quantlab/shared-metrics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formats } from "../src/bench/formats/formats.ts";
import { objectOf } from "../src/bench/formats/json.ts";
import { planBench } from "../src/bench/plan.ts";
import { findingsOf } from "../src/bench/rows.ts";
import { compareCommand } from "../src/compare/command.ts";
import type { CompareOptions } from "../src/compare/options.ts";
import { boundList } from "../src/compare/options.ts";
import { blocksAt, runOf } from "./measured-run.ts";

const bench = planBench({
  model: ["sprout:Q4_K_M", "sprout:Q8_0"],
  nPrompt: [0],
  nGen: [16],
  threads: [1],
  repetitions: 3,
  timeout: 20,
});
const [one, other] = bench.plan.arms.map(({ name }) => name) as [string, string];
const steady = [100, 101, 99, 100, 102];
const times = (factor: number) => steady.map((rate) => rate * factor);

/** A run of both arms; `changed` is what this one has otherwise. */
function run(rates: readonly [readonly number[], readonly number[]], changed: Partial<Run> = {}): Run {
  const blocks = [...blocksAt(one, 1, rates[0]), ...blocksAt(other, 1, rates[1])];
  return { ...runOf(bench, blocks, "A processor"), ...changed };
}
const later = { startedAt: "2026-01-02T00:00:00.000Z" };
const elsewhere = (own: Run): Run => ({ ...own, host: { ...own.host, id: "elsewhere" } satisfies Host });
const withModel = (own: Run, sha256: string): Run => ({
  ...own,
  blocks: own.blocks.map((block): Block => ({ ...block, model: { ...block.model!, sha256 } })),
});

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-compare-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(document: unknown): Promise<string> {
  const name = path.join(folder, `${++files}.json`);
  await writeFile(name, typeof document === "string" ? document : JSON.stringify(document));
  return name;
}
const resultOf = (own: Run) =>
  toResult(own, { question: "", report: metrics.filter(({ name }) => name === "decodeTps") });

async function compared(a: string, b: string, options: CompareOptions = {}) {
  const context = { json: false, signal: new AbortController().signal };
  const outcome = await compareCommand(context, [a, b], options);
  return { ...outcome, found: outcome.data as unknown as Comparison };
}
const decode = ({ found }: { readonly found: Comparison }) => found.metrics.decodeTps!;
const below = (...typed: string[]) => ({
  failBelow: typed.reduce<ReturnType<ReturnType<typeof boundList>>>(
    (before, each) => boundList("--fail-below")(each, before),
    [],
  ),
});

describe("two arms of one run", () => {
  it("are paired by round, and each metric ends in the word for it", async () => {
    const both = await file(run([steady, times(1.5)]));
    const answer = await compared(`${both}#${one}`, `${both}#${other}`);
    expect(answer.found.pairing).toBe("paired");
    expect(decode(answer)).toMatchObject({
      conclusion: "more",
      words: "faster",
      furtherBlocks: null,
      effect: { ratio: expect.closeTo(1.5, 9) },
    });
    expect(answer.text).toMatch(/^Decode, tok\/s +100 \(99–102\) .*1\.50× +faster$/m);
    const turned = await compared(`${both}#${other}`, `${both}#${one}`);
    expect(decode(turned)).toMatchObject({ words: "slower", effect: { ratio: expect.closeTo(1 / 1.5, 9) } });
  });

  it("say the same of a result, whichever stands first", async () => {
    const both = await file(resultOf(run([steady, times(1.5)])));
    const answer = await compared(`${both}#${one}`, `${both}#${other}`);
    expect(answer.found.pairing).toBe("paired");
    expect(decode(answer)).toMatchObject({ words: "faster", effect: { ratio: expect.closeTo(1.5, 9) } });
    const turned = decode(await compared(`${both}#${other}`, `${both}#${one}`));
    expect(turned).toMatchObject({ words: "slower", effect: { ratio: expect.closeTo(1 / 1.5, 9) } });
    expect(turned.effect!.ci95[0]).toBeLessThanOrEqual(turned.effect!.ci95[1]);
  });

  it("are the same within the margin, or undecided with how many more blocks would tell", async () => {
    const both = await file(run([steady, [101, 100, 100, 99, 101]]));
    const same = await compared(`${both}#${one}`, `${both}#${other}`, { sameWithin: 0.05 });
    expect(decode(same)).toMatchObject({ conclusion: "same", words: "the same within 5%" });
    const noisy = await file(run([steady, [110, 95, 90, 112, 98]]));
    const undecided = await compared(`${noisy}#${one}`, `${noisy}#${other}`);
    expect(decode(undecided)).toMatchObject({ conclusion: "undecided", furtherBlocks: expect.any(Number) });
    expect(undecided.text).toMatch(/undecided: about \d+ more blocks of each would tell$/m);
  });

  it("may be one arm, which is the same as itself", async () => {
    const both = await file(run([steady, times(1.5)]));
    const answer = await compared(`${both}#${one}`, `${both}#${one}`);
    expect(answer.found.pairing).toBe("itself");
    expect(decode(answer)).toMatchObject({ conclusion: "same", effect: { ratio: 1 } });
    expect(answer.warnings).toContainEqual(expect.stringContaining("one arm of one run"));
  });
});

describe("two runs", () => {
  const before = run([steady, steady]);
  const after = run([times(0.9), steady], later);

  it("are compared without pairs, which is said", async () => {
    const answer = await compared(`${await file(before)}#${one}`, `${await file(resultOf(after))}#${one}`);
    expect(answer.found.pairing).toBe("unpaired");
    expect(decode(answer)).toMatchObject({ words: "slower", effect: { ratio: expect.closeTo(0.9, 9) } });
    expect(answer.warnings).toContainEqual(expect.stringMatching(/^measured at .* so not paired/));
  });

  it("compare facts as facts, and say why there is no ratio", async () => {
    const answer = await compared(`${await file(before)}#${one}`, `${await file(after)}#${one}`);
    expect(answer.found.metrics.modelBytes).toMatchObject({ conclusion: "same", effect: { ci95: [1, 1] } });
    const bare = await compared(`${await file(before)}#${one}`, `${await file(resultOf(after))}#${one}`);
    expect(bare.found.metrics.modelBytes).toMatchObject({
      conclusion: null,
      words: "B has no figure: it was not measured",
    });
  });

  it("of other hosts, models or protocols are refused, each unless it is said", async () => {
    const [base, own] = [`${await file(before)}#${one}`, `${await file(after)}#${one}`];
    const host = `${await file(elsewhere(after))}#${one}`;
    await expect(compared(base, host)).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be held against each other: the hosts are host and elsewhere$/),
      remedy: "if that is what is to be compared, add --across host",
      exitCode: 2,
    });
    const model = `${await file(withModel(after, "ff00ff00ff"))}#${one}`;
    await expect(compared(base, model)).rejects.toThrow(
      /: the models are sprout Q4_K_M \(sha256 00\) and sprout Q4_K_M \(sha256 ff00ff00\)$/,
    );
    const slower = {
      ...after,
      blocks: after.blocks.map((b) => ({ ...b, engine: { ...b.engine!, threads: 2 } })),
    };
    const protocol = `${await file(slower)}#${one}`;
    await expect(compared(base, protocol)).rejects.toThrow(/: the protocols differ in threads 1 and 2$/);
    const all = `${await file(elsewhere(withModel(slower, "ff")))}#${one}`;
    await expect(compared(base, all, { across: ["model"] })).rejects.toMatchObject({
      remedy: "if that is what is to be compared, add --across model,host,protocol",
    });
    const across = ["host", "model", "protocol"] as const;
    const answer = await compared(base, all, { across });
    expect(answer.found.notes.filter((note) => /^the (hosts|models|protocols)/.test(note))).toHaveLength(3);
    expect((await compared(base, own, { across })).found.notes).toHaveLength(1);
  });
});

describe("benches", () => {
  const findings = (own: Run) => findingsOf(bench, own);
  const rows = (own: Run) => formats.json(findings(own));
  const document = (own: Run) => {
    const { result, rows: tests } = findings(own);
    return { schemaVersion: 1, command: "bench", ok: true, data: { ...result, tests: tests.map(objectOf) } };
  };
  const [before, after] = [run([steady, steady]), run([times(0.9), steady], later)];

  it("are read as either document that lab bench prints", async () => {
    for (const [a, b] of [
      [rows(before), rows(after)],
      [document(before), document(after)],
      [rows(before), document(after)],
    ]) {
      const answer = await compared(
        `${await file(a)}#${one}`,
        `${await file(b)}#${one}`,
        below("decode=0.95"),
      );
      expect(decode(answer)).toMatchObject({ words: "slower", effect: { ratio: expect.closeTo(0.9, 6) } });
      expect(answer.exitCode).toBe(1);
    }
  });

  it("of another test are refused", async () => {
    const wider = document(after);
    const tests = wider.data.tests.map((row) => ({ ...row, n_gen: 32 }));
    const longer = { ...wider, data: { ...wider.data, tests } };
    await expect(
      compared(`${await file(rows(before))}#${one}`, `${await file(longer)}#${one}`),
    ).rejects.toThrow(/the protocols differ in n_gen 16 and 32$/);
  });

  it("of llama-bench itself are none of ours", async () => {
    const own = JSON.parse(rows(before)).map(({ arm: _, ...row }: { arm: string }) => row);
    await expect(compared(await file(own), await file(own))).rejects.toThrow(
      /not of rows that lab bench printed/,
    );
  });
});

describe("what is to fail", () => {
  const judged = async (factor: number, ...typed: string[]) => {
    const both = await file(run([steady, times(factor)]));
    return await compared(`${both}#${one}`, `${both}#${other}`, below(...typed));
  };

  it("fails where all of the interval is below, by any of a metric's names", async () => {
    for (const name of ["decode", "decodeTps", "Decode Speed"]) {
      const answer = await judged(0.9, `${name}=0.97`);
      expect(answer.exitCode).toBe(1);
      expect(answer.text).toMatch(/^failed: decode speed is 0\.90×, below 0\.97$/m);
    }
    const passed = await judged(0.98, "decode=0.97");
    expect(passed.exitCode).toBe(0);
    expect(passed.text).toMatch(/^passed: decode speed is 0\.98×, not below 0\.97$/m);
  });

  it("warns where the interval lies on both sides, and says how many more blocks would tell", async () => {
    const both = await file(run([steady, [110, 95, 90, 112, 98]]));
    const answer = await compared(`${both}#${one}`, `${both}#${other}`, below("decode=0.97"));
    expect(answer.exitCode).toBe(0);
    expect(answer.warnings).toContainEqual(
      expect.stringMatching(
        /^decode speed is .* may be below 0\.97 or not: about \d+ more blocks of each would tell$/,
      ),
    );
    expect(answer.found.bounds).toMatchObject([{ metric: "decodeTps", outcome: "undecided" }]);
  });

  it("fails above a bound, too, and where there is nothing to be judged by", async () => {
    const both = await file(run([steady, times(1.5)]));
    const failAbove = boundList("--fail-above")("decode=1.2");
    expect((await compared(`${both}#${one}`, `${both}#${other}`, { failAbove })).exitCode).toBe(1);
    const nothing = await judged(1, "perplexity=0.9");
    expect(nothing.exitCode).toBe(1);
    expect(nothing.text).toMatch(
      /^failed: perplexity cannot be held against 0\.9: neither has a figure of it$/m,
    );
  });

  it("is known by name before anything is looked at", async () => {
    await expect(compared("no.json", "no.json", below("decod=0.9"))).rejects.toMatchObject({
      message: 'unknown metric "decod"',
      remedy: expect.stringContaining("did you mean decode?"),
      exitCode: 2,
    });
    for (const typed of ["decode", "decode=", "=0.9", "decode=0", "decode=-1", "decode=a"])
      expect(() => boundList("--fail-below")(typed)).toThrow(
        `--fail-below "${typed}" is not a metric and a ratio`,
      );
  });
});

describe("a file that cannot be meant", () => {
  it.each<[string, unknown, RegExp]>([
    ["half a document", "{", /is not JSON/],
    ["nothing", "null", /is no run, no result and no bench of the lab/],
    ["another verb's", { schemaVersion: 1, command: "doctor", ok: true, data: {} }, /is no run, no result/],
    ["a bench that failed", { schemaVersion: 1, command: "bench", ok: false, error: {} }, /is no run, no/],
    ["an empty list", [], /not of rows that lab bench printed/],
    ["a later run", { ...run([steady, steady]), schemaVersion: 3 }, /has schemaVersion 3; this lab reads 2/],
    ["a later result", { ...resultOf(run([steady, steady])), schemaVersion: 9 }, /has schemaVersion 9; this/],
    ["a broken run", { ...run([steady, steady]), host: 1 }, /is not a valid run: \/host must be object/],
  ])("because it holds %s is told by name", async (_, document, message) => {
    const wrong = await file(document);
    await expect(compared(wrong, wrong)).rejects.toThrow(message);
    await expect(compared(wrong, wrong)).rejects.toThrow(path.basename(wrong));
  });

  it("is not there, has several arms, or lacks the one that is named", async () => {
    await expect(compared(path.join(folder, "none.json"), "x.json")).rejects.toThrow(/none\.json/);
    const both = await file(run([steady, steady]));
    await expect(compared(both, both)).rejects.toMatchObject({
      message: expect.stringContaining(`has 2 arms: ${one}, ${other}`),
      remedy: expect.stringContaining(`#${one}"`),
    });
    await expect(compared(`${both}#q4`, both)).rejects.toThrow('unknown arm "q4"');
  });

  it("stands beside a model, or gets flags that would do nothing", async () => {
    const both = `${await file(run([steady, steady]))}#${one}`;
    await expect(compared(both, "sprout:F16")).rejects.toThrow(/one is a file and the other a model/);
    await expect(compared(both, both, { nPrompt: 5 })).rejects.toThrow(/-p does nothing$/);
    await expect(compared("sprout:F16", "sprout:Q8_0", { across: ["host"] })).rejects.toThrow(
      /--across does nothing$/,
    );
  });

  it("is read though its name holds a mark", async () => {
    const name = path.join(folder, "run#1.json");
    await writeFile(name, JSON.stringify(run([steady, steady])));
    const bare = path.join(folder, "kept");
    await writeFile(bare, JSON.stringify(run([steady, steady])));
    expect((await compared(`${bare}#${one}`, `${bare}#${other}`)).found.a.name).toBe(`kept#${one}`);
    expect((await compared(`${name}#${one}`, `${name}#${other}`)).found.a.name).toBe(`run#1.json#${one}`);
  });
});
