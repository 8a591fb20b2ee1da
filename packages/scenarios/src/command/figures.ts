import { EngineError, type Json } from "@quantlab/core";
import type { FigureSource } from "./workload.ts";

export interface Printed {
  readonly stdout: string;
  /** stdout and stderr as they came. */
  readonly all: string;
}

/** Reads every figure from what a program printed. Throws an EngineError for one that is not there or is no number. */
export function readFigures(
  program: string,
  sources: Readonly<Record<string, FigureSource>>,
  printed: Printed,
): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, readFigure(program, name, source, printed)]),
  );
}

function readFigure(program: string, name: string, source: FigureSource, printed: Printed): number[] {
  const { pattern, pointer = "", scale = 1, over } = source;
  const found = pattern === undefined ? pointed(program, pointer, printed) : matches(pattern, printed.all);
  const values = found.map(numberOf);
  if (values.length > 0 && values.every(Number.isFinite)) {
    // Taking percents apart must not add digits: 97.745 × 0.01 is 0.9774500000000001.
    return values.map((value) =>
      over === undefined ? Number((value * scale).toPrecision(15)) : over / value,
    );
  }
  const said = printed.all.trim().slice(-200);
  throw new EngineError(
    program,
    `printed no figure ${name}: ${said === "" ? "nothing at all" : said}`,
    "run it by hand and look: another release may print in another form",
  );
}

/** What is neither a number nor text is none: null and true would count as 0 and 1. */
function numberOf(value: Json | undefined): number {
  if (typeof value === "string" && value.trim() !== "") return Number(value);
  return typeof value === "number" ? value : Number.NaN;
}

function matches(pattern: string, text: string): (string | undefined)[] {
  return [...text.matchAll(new RegExp(pattern, "gm"))].map(([, figure]) => figure);
}

function pointed(program: string, pointer: string, { stdout }: Printed): Json[] {
  let document: Json;
  try {
    document = JSON.parse(stdout) as Json;
  } catch (cause) {
    throw new EngineError(
      program,
      `printed no JSON: ${stdout.trim().slice(-200)}`,
      "run it by hand and look",
      cause,
    );
  }
  const steps = pointer.split("/").slice(1);
  return steps
    .reduce<Json[]>((values, step) => values.flatMap((value) => below(value, step)), [document])
    .flatMap((value) => (Array.isArray(value) ? value : [value]));
}

function below(value: Json, step: string): Json[] {
  if (value === null || typeof value !== "object") return [];
  if (step === "*") return Object.values(value);
  const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
  const inside = (value as Readonly<Record<string, Json>>)[name];
  return inside === undefined ? [] : [inside];
}
