import type { Json } from "@quantlab/core";
import { isGpuKind } from "@quantlab/llama-capi";
import { formatSize, type PythonEngine, pythonEnvironment } from "@quantlab/python-bridge";
import { ProgressLine } from "@quantlab/terminal";
import { formatTable } from "../frame/table.ts";
import type { Outcome, VerbContext } from "../frame/verb.ts";
import { pythonEngine, pythonEngines } from "./engines.ts";
import { describeGpus, setUpGpuCommand } from "./gpus.ts";
import { describeNative, nativeName, setUpNativeCommand } from "./native.ts";

export interface SetupOptions {
  readonly again?: boolean;
}

/** Without a name: what can be set up. With one: makes that environment, or brings or compiles those binaries, if it is not there. */
export async function setupCommand(
  context: VerbContext,
  name: string | undefined,
  { again = false }: SetupOptions,
): Promise<Outcome> {
  if (name === undefined) return listEnvironments();
  if (isGpuKind(name)) return setUpGpuCommand(context, name, again);
  if (name === nativeName) return setUpNativeCommand(context, again);
  const { signal } = context;
  const engine = pythonEngine(name);
  const environment = pythonEnvironment(engine);
  using progress = new ProgressLine();
  const options = { signal, onProgress: progress.step };
  if (again) await environment.remove(options);
  if (!(await environment.ready())) {
    process.stderr.write(
      `${engine.title}: its environment takes ${formatSize(environment.sizeBytes)} on disk\n`,
    );
  }
  const interpreter = await environment.ensure(options);
  const version = await environment.version();
  return {
    data: { name, interpreter, version },
    text: `${engine.title} ${version}\n${interpreter}\n`,
  };
}

async function listEnvironments(): Promise<Outcome> {
  const environments = await Promise.all(pythonEngines.map(describe));
  const [gpus, native] = [describeGpus(), describeNative()];
  const advice = (name: string) => `pnpm lab setup ${name}`;
  return {
    data: { environments: environments as Json, gpus: gpus as unknown as Json, native },
    text: formatTable(
      ["name", "for", "size", "state"],
      [
        ...environments.map(({ name, title, sizeBytes, ready }) => [
          name,
          title,
          formatSize(sizeBytes),
          ready ? "made" : advice(name),
        ]),
        ...[...gpus, native].map(({ name, title, size, ready }) => [
          name,
          title,
          size,
          ready ? "there" : advice(name),
        ]),
      ],
    ),
  };
}

async function describe(engine: PythonEngine) {
  const environment = pythonEnvironment(engine);
  const { name, title } = engine;
  const [ready, version] = [await environment.ready(), await environment.version().catch(() => null)];
  return { name, title, version, sizeBytes: environment.sizeBytes, ready };
}
