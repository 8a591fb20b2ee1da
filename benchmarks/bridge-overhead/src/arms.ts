import path from "node:path";
import { capture, promptIds } from "@quantlab/benchmark-tools";
import type { ModelFile } from "@quantlab/core";
import { pythonEnvironment } from "@quantlab/python-bridge";
import type { BlockRequest } from "./bridge-process.ts";
import { type ArmName, type EngineName, engines } from "./engines.ts";
import { parseMlxBenchmark } from "./mlx-benchmark.ts";
import type { Shape, Speeds } from "./shape.ts";

export interface ArmSetting {
  readonly file: ModelFile;
  readonly shape: Shape;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Runs one block of an arm in processes of its own. */
export async function runArm(engine: EngineName, arm: ArmName, setting: ArmSetting): Promise<Speeds> {
  const { file, shape, threads, signal } = setting;
  const job = { threads, promptIds: promptIds(shape), ...shape };
  if (arm === "bridge") {
    const request: BlockRequest = { engine, file, ...job };
    const program = path.join(import.meta.dirname, "bridge-process.ts");
    return JSON.parse(await capture(arm, process.execPath, [program, JSON.stringify(request)], signal));
  }
  const { python, plain } = engines[engine];
  const interpreter = await pythonEnvironment(python).interpreter();
  if (arm === "plain loop") {
    const program = path.join(import.meta.dirname, "../python", plain);
    const stdout = await capture(
      plain,
      interpreter,
      [program, JSON.stringify({ folder: file.path, ...job })],
      signal,
    );
    return JSON.parse(stdout);
  }
  const flags = {
    "--model": file.path,
    "-p": shape.promptTokens,
    "-g": shape.newTokens,
    "-n": shape.repetitions,
  };
  const parameters = ["-m", "mlx_lm", "benchmark", ...Object.entries(flags).flat().map(String)];
  return parseMlxBenchmark(await capture(arm, interpreter, parameters, signal), shape);
}
