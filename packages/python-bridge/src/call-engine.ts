import type { Json, Progress, ResolveOptions } from "@quantlab/core";
import { RemoteProcess } from "@quantlab/processes";
import { pythonEnvironment } from "./environment/environment.ts";
import type { PythonEngine } from "./python-engine.ts";
import { type PythonOptions, pythonProgram } from "./python-program.ts";

/** An engine whose process runs: `call` asks for one of the `calls` of its Python module. */
export interface CalledEngine {
  readonly version: string;
  readonly call: (name: string, params: Json) => Promise<Json>;
}

/**
 * Has an engine do something that is no session: one of the `calls` of its Python module, in a process of its own. Makes
 * the environment when it is not there. What the call tells must be a `Progress`.
 */
export function callEngine(
  engine: PythonEngine,
  name: string,
  params: Json,
  options: ResolveOptions & PythonOptions = {},
): Promise<Json> {
  return withEngine(engine, options, ({ call }) => call(name, params));
}

/** As `callEngine`, for several calls of one process; it ends when `work` does. */
export async function withEngine<Result>(
  engine: PythonEngine,
  { signal, onProgress, ...python }: ResolveOptions & PythonOptions,
  work: (engine: CalledEngine) => Promise<Result>,
): Promise<Result> {
  const environment = pythonEnvironment(engine);
  await environment.ensure({ ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
  await using remote = new RemoteProcess(await pythonProgram(environment, python));
  const onEvent = (_: string, data: Json) => onProgress?.(data as unknown as Progress);
  return await work({
    version: await environment.version(),
    call: (name, params) => remote.request(name, params, { signal, onEvent }),
  });
}
