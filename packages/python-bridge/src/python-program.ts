import path from "node:path";
import { schemasFolder } from "@quantlab/core";
import type { Limits, RemoteProgram } from "@quantlab/processes";
import type { PythonEnvironment } from "./environment/environment.ts";

const bridgeFolder = path.join(import.meta.dirname, "../python");

export interface PythonOptions {
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** What serves an engine's module in an environment that is made. */
export async function pythonProgram(
  environment: PythonEnvironment,
  { environment: variables, limits }: PythonOptions,
): Promise<RemoteProgram> {
  const { name, module, folder } = environment.engine;
  return {
    name,
    command: await environment.interpreter(),
    // -P: a file of the folder where the user stands must not stand in for a library.
    arguments: ["-u", "-P", "-m", "quantlab_worker", name, module, schemasFolder, String(process.pid)],
    environment: { ...alone, ...variables, PYTHONPATH: [bridgeFolder, folder].join(path.delimiter) },
    limits,
  };
}

/** Nothing is fetched while a model runs, and nothing of the user's own Python comes in. */
const alone = {
  PYTHONNOUSERSITE: "1",
  PYTHONSAFEPATH: "1",
  HF_HUB_OFFLINE: "1",
  TRANSFORMERS_OFFLINE: "1",
  HF_HUB_DISABLE_TELEMETRY: "1",
  TOKENIZERS_PARALLELISM: "false",
};
