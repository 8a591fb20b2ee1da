import {
  BadFileError,
  type Result,
  type Run,
  readDocument,
  readJsonFile,
  toPublicPath,
  UnknownNameError,
  UsageError,
  validate,
} from "@quantlab/core";
import { toResult } from "@quantlab/report";
import { metrics } from "@quantlab/shared-metrics";
import { type BenchRow, benchRows, sideOfRow } from "./bench-rows.ts";
import { type Side, sideOf } from "./side.ts";
import type { NamedFile } from "./side-name.ts";

/** The arms of a document, each of which can be a side. */
interface Arms {
  readonly names: readonly string[];
  /** `name` is what people call it. */
  side(arm: string, name: string): Side;
}

/**
 * Reads an arm of a run, a result or a bench. Throws a BadFileError for a file that is none of these, a SchemaVersionError for
 * one of another version, and what says which arms there are where none is named, or one that is not there.
 */
export async function fileSide({ file, arm: wanted }: NamedFile): Promise<Side> {
  const { names, side } = await armsIn(file);
  const shown = toPublicPath(file);
  const arm = wanted ?? (names.length === 1 ? names[0]! : null);
  if (arm === null) {
    throw new UsageError(
      `${shown} has ${names.length} arms: ${names.join(", ")}`,
      `say which: "${shown}#${names[0] ?? "arm"}"`,
    );
  }
  if (!names.includes(arm)) throw new UnknownNameError("arm", arm, names);
  return side(arm, `${shown}#${arm}`);
}

async function armsIn(file: string): Promise<Arms> {
  const value = await readJsonFile(file);
  if (Array.isArray(value)) return armsOfRows(benchRows(value, file));
  if (has(value, "blocks", "arms")) return armsOfRun(await readDocument("run", file));
  if (has(value, "effects", "arms")) return armsOfResult(await readDocument("result", file));
  if (has(value, "data") && has(value.data, "tests", "arms")) {
    const { tests, ...result } = value.data;
    return armsOfBench(validate("result", result, file), benchRows(tests, file));
  }
  throw new BadFileError(
    file,
    "is no run, no result and no bench of the lab",
    "give a file of .runs or results, or what pnpm lab bench prints with --json or -o json",
  );
}

/** Every metric, those that reports tell of first: a run does not say what it was made for. */
const report = metrics.toSorted((a, b) => Number(!a.display.told) - Number(!b.display.told));

function armsOfRun(run: Run): Arms {
  const result = toResult(run, { question: "", report });
  return {
    names: run.arms.map(({ name }) => name),
    side: (arm, name) => ({
      ...sideOf(result, arm, { name, source: "run" }),
      blocks: run.blocks.filter((block) => block.arm === arm),
      // Raw samples can be compared with any other arm, not only with the one that was planned.
      effectsAgainst(against) {
        const arms = run.arms.map((each) => (each.name === arm ? { ...each, against } : each));
        return toResult({ ...run, arms }, { question: "", report }).effects[arm] ?? {};
      },
    }),
  };
}

function armsOfResult(result: Result): Arms {
  return {
    names: Object.keys(result.arms),
    side: (arm, name) => sideOf(result, arm, { name, source: "result" }),
  };
}

/** A bench says what it tested in the same words, whichever way it was printed. */
function armsOfBench(result: Result, rows: readonly BenchRow[]): Arms {
  return {
    names: Object.keys(result.arms),
    side(arm, name) {
      const side = sideOf(result, arm, { name, source: "bench" });
      const row = rows.find((each) => each.arm === arm);
      return row ? { ...side, about: { ...side.about, protocol: row.protocol } } : side;
    },
  };
}

function armsOfRows(rows: readonly BenchRow[]): Arms {
  return {
    names: rows.map(({ arm }) => arm),
    side: (arm, name) => sideOfRow(rows.find((row) => row.arm === arm)!, name),
  };
}

function has<Name extends string>(
  value: unknown,
  ...names: readonly Name[]
): value is Readonly<Record<Name, unknown>> {
  return typeof value === "object" && value !== null && names.every((name) => name in value);
}
