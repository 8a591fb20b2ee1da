import type { Json, Progress, ResolveOptions } from "@quantlab/core";
import { pythonEnvironment } from "./environment/environment.ts";
import type { PythonEngine } from "./python-engine.ts";
import { type StartOptions, startWorker } from "./worker/start.ts";

/** An engine whose worker runs: `call` asks for one of the `calls` of its Python module. */
export interface CalledEngine {
  readonly version: string;
  readonly call: (name: string, params: Json) => Promise<Json>;
}

/**
 * Has an engine do something that is no session: one of the `calls` of its Python module, in a worker of its own. Makes
 * the environment when it is not there. What the call tells as progress must be a `Progress`.
 */
export function callEngine(
  engine: PythonEngine,
  name: string,
  params: Json,
  options: ResolveOptions & StartOptions = {},
): Promise<Json> {
  return withEngine(engine, options, ({ call }) => call(name, params));
}

/** As `callEngine`, for several calls of one worker; it ends when `work` does. */
export async function withEngine<Result>(
  engine: PythonEngine,
  { signal, onProgress, environment, limits }: ResolveOptions & StartOptions,
  work: (engine: CalledEngine) => Promise<Result>,
): Promise<Result> {
  const python = pythonEnvironment(engine);
  await python.ensure({ ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
  const { worker } = await startWorker(python, { signal, environment, limits });
  await using _ = worker;
  const onEvent = (_event: string, data: Json) => onProgress?.(data as unknown as Progress);
  return await work({
    version: await python.version(),
    call: async (name, params) =>
      (await worker.request("call", { name, params }, { signal, onEvent })) as Json,
  });
}
