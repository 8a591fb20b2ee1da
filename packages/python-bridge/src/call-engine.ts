import type { Json, Progress, ResolveOptions } from "@quantlab/core";
import { pythonEnvironment } from "./environment/environment.ts";
import type { PythonEngine } from "./python-engine.ts";
import { type StartOptions, startWorker } from "./worker/start.ts";

/**
 * Has an engine do something that is no session: one of the `calls` of its Python module, in a worker of its own. Makes
 * the environment when it is not there. What the call tells as progress must be a `Progress`.
 */
export async function callEngine(
  engine: PythonEngine,
  name: string,
  params: Json,
  { signal, onProgress, environment, limits }: ResolveOptions & StartOptions = {},
): Promise<Json> {
  const python = pythonEnvironment(engine);
  await python.ensure({ ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
  const { worker } = await startWorker(python, { signal, environment, limits });
  await using _ = worker;
  const onEvent = (_event: string, data: Json) => onProgress?.(data as unknown as Progress);
  return (await worker.request("call", { name, params }, { signal, onEvent })) as Json;
}
