import { DatabaseSync } from "node:sqlite";
import type { Block } from "@quantlab/core";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { formats } from "../src/bench/formats/formats.ts";
import { terminalTable } from "../src/bench/formats/terminal.ts";
import { planBench } from "../src/bench/plan.ts";
import { precise } from "../src/bench/precision.ts";
import { findingsOf } from "../src/bench/rows.ts";
import { blocksAt, runOf } from "./measured-run.ts";

/** llama-bench's own, of the pinned release: its columns in their order, and what its JSON has behind them. */
const columns = [
  ...["build_commit", "build_number", "cpu_info", "gpu_info", "backends", "model_filename", "model_type"],
  ...["model_size", "model_n_params", "n_batch", "n_ubatch", "n_threads", "cpu_mask", "cpu_strict", "poll"],
  ...["type_k", "type_v", "n_gpu_layers", "n_cpu_moe", "split_mode", "main_gpu", "no_kv_offload"],
  ...["flash_attn", "devices", "tensor_split", "tensor_buft_overrides", "load_mode", "lazy_mode"],
  ...["embeddings", "no_op_offload", "no_host", "fit_target", "fit_min_ctx", "n_prompt", "n_gen", "n_depth"],
  ...["test_time", "avg_ns", "stddev_ns", "avg_ts", "stddev_ts"],
];

const bench = planBench({
  model: ["sprout:Q4_K_M"],
  nPrompt: [0],
  nGen: [10],
  threads: [1, 2],
  flashAttn: ["on"],
  mmap: [false],
  repetitions: 3,
  timeout: 20,
});
const [slow, fast] = bench.plan.arms.map(({ name }) => name) as [string, string];

const findings = (blocks: readonly Block[]) =>
  findingsOf(bench, runOf(bench, blocks, 'A "quick" processor, it\'s said'));

const measured = findings([
  ...blocksAt(slow, 1, [100, 101, 99, 100, 102]),
  ...blocksAt(fast, 2, [151, 149, 150, 152, 148]),
]);
const list = (): Record<string, unknown>[] => JSON.parse(formats.json(measured));

describe("-o json", () => {
  it("has llama-bench's fields in its order, its samples, and the lab's own behind them", () => {
    const [row] = list();
    expect(Object.keys(row!).slice(0, columns.length + 2)).toEqual([...columns, "samples_ns", "samples_ts"]);
    expect(row).toMatchObject({
      build_commit: expect.stringMatching(/^[0-9a-f]{9}$/),
      cpu_info: 'A "quick" processor, it\'s said',
      gpu_info: "A card",
      backends: "Vulkan",
      model_filename: "sprout-Q4_K_M.gguf",
      model_n_params: 5_000_000,
      model_size: 3_000_000,
      n_batch: 2048,
      n_ubatch: 512,
      n_threads: 1,
      type_k: "f16",
      type_v: "q8_0",
      n_gpu_layers: -1,
      flash_attn: 1,
      load_mode: "none",
      n_prompt: 0,
      n_gen: 10,
      n_depth: 0,
      test_time: "2026-01-01T00:00:00Z",
      samples_ts: [100, 101, 99, 100, 102].map((rate) => expect.closeTo(rate, 6)),
      avg_ts: expect.closeTo(100.4, 6),
      stddev_ts: expect.closeTo(Math.sqrt(1.3), 6),
      engine: "llamacpp-engine",
      median_ts: expect.closeTo(100, 6),
      blocks: 5,
      against: null,
      ratio: null,
    });
    const nanoseconds = [100, 101, 99, 100, 102].map((rate) => Math.round(1e10 / rate));
    expect(row!.samples_ns).toEqual(nanoseconds);
    expect(row!.avg_ns).toBe(Math.round(nanoseconds.reduce((sum, each) => sum + each) / 5));
  });

  it("holds each against its rival, with what may be claimed", () => {
    expect(list()[1]).toMatchObject({
      arm: fast,
      against: slow,
      ratio: expect.closeTo(1.494, 3),
      claim: "faster",
      verdict: "valid",
    });
  });
});

describe("the other formats", () => {
  const names = Object.keys(list()[0]!).filter((name) => !name.startsWith("samples"));
  const values = list().map((row) => names.map((name) => row[name]));

  it("-o jsonl has the same objects, one a line", () => {
    const lines = formats.jsonl(measured).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(list());
  });

  it("-o csv has the same values under the same names, as a parser reads it", () => {
    const rows: Record<string, string>[] = parse(formats.csv(measured), { columns: true });
    expect(Object.keys(rows[0]!)).toEqual(names);
    const text = (value: unknown) =>
      value === null ? "" : String(typeof value === "boolean" ? Number(value) : value);
    expect(rows.map((row) => Object.values(row))).toEqual(values.map((row) => row.map(text)));
  });

  it("-o sql makes llama-bench's table as llama-bench makes it, and one with everything", () => {
    const database = new DatabaseSync(":memory:");
    // Both may write into one database.
    database.exec(formats.sql(measured));
    database.exec(formats.sql(measured));
    const rows = database.prepare("SELECT * FROM llama_bench").all();
    expect(rows).toHaveLength(4);
    expect(Object.keys(rows[0]!)).toEqual(columns);
    const all = database.prepare("SELECT * FROM lab_bench").all();
    const stored = (value: unknown) => (typeof value === "boolean" ? Number(value) : value);
    expect(Object.keys(all[0]!)).toEqual(names);
    expect(all.slice(0, 2).map((row) => Object.values(row))).toEqual(values.map((row) => row.map(stored)));
    const types = database.prepare("SELECT name, type FROM pragma_table_info('llama_bench')").all();
    expect(types).toContainEqual({ name: "avg_ts", type: "REAL" });
    expect(types).toContainEqual({ name: "cpu_strict", type: "INTEGER" });
    expect(types).toContainEqual({ name: "model_type", type: "TEXT" });
  });

  it("-o md is a table of one width, with the verdict below", () => {
    const lines = formats.md(measured).trimEnd().split("\n");
    const cells = lines.slice(0, 4).map((line) => line.split("|").length);
    expect(new Set(cells).size).toBe(1);
    expect(lines[3]).toContain("1.49× (1.46–1.53) faster");
    expect(lines.at(-1)).toMatch(/Verdict: valid$/);
  });

  it("on a terminal the table says the same, with a column for each setting that was given", () => {
    const [heading, first, second] = terminalTable(measured).split("\n");
    for (const label of ["model", "mmap", "fa", "t ", "test", "tok/s (95%)"])
      expect(heading).toContain(label);
    expect(heading).not.toContain("ngl");
    expect(first).toMatch(/sprout:Q4_K_M .*tg10 .*100\.0 \(99\.0–102\.0\) .*first/);
    expect(second).toContain("faster");
  });
});

describe("a named prompt", () => {
  const named = planBench({ model: ["sprout:Q4_K_M"], prompt: ["chat@1"], repetitions: 3, timeout: 20 });
  const { name } = named.plan.arms[0]!;
  const run = runOf(named, blocksAt(name, 1, [100, 101, 99, 100, 102]), "A processor");
  const [arm] = run.arms;
  // As the run has it once the model's tokenizer was asked.
  const generate = { ...arm!.workloads.generate, promptTokens: 231 };
  const found = findingsOf(named, { ...run, arms: [{ ...arm!, workloads: { generate } }] });

  it("stands by its name in every format, as long as the tokenizer made it", () => {
    const [row] = JSON.parse(formats.json(found)) as Record<string, unknown>[];
    expect(row).toMatchObject({ arm: name, prompt: "chat@1", n_prompt: 231, n_gen: 128, n_depth: 0 });
    // The whole test takes as long as its tokens at that speed.
    expect((Number(row!.avg_ns) * Number(row!.avg_ts)) / 1e9).toBeCloseTo(231 + 128, 0);
    const [line]: Record<string, string>[] = parse(formats.csv(found), { columns: true });
    expect(line).toMatchObject({ prompt: "chat@1", n_prompt: "231" });
    expect(formats.sql(found)).toContain("'chat@1'");
    for (const table of [formats.md(found), terminalTable(found)]) expect(table).toContain("chat@1+tg128");
    expect(list()[0]).toMatchObject({ prompt: null });
  });
});

describe("what must be known of a combination", () => {
  const blocks = blocksAt(slow, 1, [100, 101, 99]).map((each) => ({ ...each, notes: ["it was warm"] }));
  const enough: Block = {
    ...blocks[0]!,
    index: 3,
    status: "skipped",
    reason: precise,
    sample: null,
    notes: [],
  };
  const others = blocksAt(fast, 2, [150, 151, 149]);

  it("is said of it once, and that it was known well enough is not", () => {
    expect(findings([...blocks, enough, ...others]).remarks).toEqual([`${slow}: it was warm`]);
  });

  it("is also which blocks it lost", () => {
    const lost: Block = {
      ...blocks[0]!,
      index: 3,
      status: "failed",
      reason: "it broke",
      sample: null,
      notes: [],
    };
    expect(findings([...blocks, lost, ...others]).remarks).toEqual([
      `${slow}: a block failed: it broke; it was warm`,
    ]);
  });
});

describe("a combination that was not measured", () => {
  const failed: Block[] = blocksAt(fast, 2, [1]).map((each) => ({
    ...each,
    status: "failed",
    reason: "it refused",
    sample: null,
  }));
  const partly = findings([...blocksAt(slow, 1, [100, 101, 99]), ...failed]);

  it("is told with its reason, and is no row", () => {
    expect(partly.remarks).toEqual([`${fast} has no figure: it refused`]);
    expect(JSON.parse(formats.json(partly))).toHaveLength(1);
  });
});
