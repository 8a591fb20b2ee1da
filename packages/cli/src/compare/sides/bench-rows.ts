import { BadFileError, type Json, type Metric, type MetricHandle, type Verdict } from "@quantlab/core";
import { decodeTps, prefillTps, throughputTps } from "@quantlab/shared-metrics";
import type { Side } from "./side.ts";

/** A row of `lab bench -o json`, as far as another can be held against it. */
export interface BenchRow {
  readonly arm: string;
  readonly host: string;
  readonly startedAt: string;
  readonly model: string;
  readonly modelSha256: string;
  readonly protocol: Readonly<Record<string, Json>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly verdict: Verdict;
}

/** What a test is, under llama-bench's names. */
const asked =
  "engine backends n_prompt n_gen n_depth n_batch n_ubatch n_threads type_k type_v n_gpu_layers flash_attn load_mode".split(
    " ",
  );

type Fields = Readonly<Record<string, Json>>;

/** Reads the rows, or throws a BadFileError: llama-bench's own tell nothing of the machine or the model's bytes. */
export function benchRows(rows: unknown, file: string): BenchRow[] {
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(isRow)) {
    throw new BadFileError(
      file,
      "is a list, and not of rows that lab bench printed",
      "make it with pnpm lab bench -o json",
    );
  }
  return rows.map(rowOf);
}

function isRow(value: unknown): value is Fields {
  const row = (value ?? {}) as Fields;
  const texts = ["arm", "host", "test_time", "model_type", "model_sha256", "engine", "verdict"];
  const samples = row.samples_ts;
  return (
    texts.every((field) => typeof row[field] === "string") &&
    typeof row.median_ts === "number" &&
    Array.isArray(samples) &&
    samples.every((sample) => typeof sample === "number")
  );
}

function rowOf(row: Fields): BenchRow {
  const [low, high] = [row.ci95_low_ts, row.ci95_high_ts];
  const speed: Metric = {
    unit: "tok/s",
    statistic: "median",
    value: row.median_ts as number,
    ci95: typeof low === "number" && typeof high === "number" ? [low, high] : null,
    values: row.samples_ts as number[],
  };
  const reasons = String(row.verdict_reasons ?? "");
  return {
    arm: row.arm as string,
    host: row.host as string,
    startedAt: row.test_time as string,
    model: row.model_type as string,
    modelSha256: row.model_sha256 as string,
    protocol: Object.fromEntries(asked.map((field) => [field, row[field] ?? null])),
    metrics: { [speedOf(row).name]: speed },
    verdict: { state: row.verdict as Verdict["state"], reasons: reasons === "" ? [] : [reasons] },
  };
}

/** What the rate of such a test is. */
function speedOf({ n_prompt, n_gen }: Fields): MetricHandle {
  if (n_gen === 0) return prefillTps;
  return n_prompt === 0 ? decodeTps : throughputTps;
}

/** A row is all that is known of its arm: its run had others, and nothing says which blocks were beside which. */
export function sideOfRow(row: BenchRow, name: string): Side {
  const { arm, host, startedAt, model, modelSha256, protocol, metrics, verdict } = row;
  return {
    about: { name, source: "bench", host, startedAt, modelSha256, protocol, verdict },
    arm,
    run: `${host} ${startedAt}`,
    model,
    metrics,
    blocks: null,
    effectsAgainst: () => null,
  };
}
