import { QuantlabError } from "@quantlab/core";
import { formatSize, type PythonEngine, pythonEnvironment } from "@quantlab/python-bridge";
import { pythonEngines } from "../setup/engines.ts";
import { type Check, ok, warn } from "./check.ts";

/** The Python environments: made, to be made when first wanted, or not to be had on this machine. */
export function checkEnvironments(): Promise<Check[]> {
  return Promise.all(pythonEngines.map(checkEnvironment));
}

async function checkEnvironment(engine: PythonEngine): Promise<Check> {
  const environment = pythonEnvironment(engine);
  try {
    await environment.check();
    const version = await environment.version();
    if (await environment.ready()) return ok(engine.name, `${version}: ${await environment.interpreter()}`);
    const size = formatSize(environment.sizeBytes);
    return ok(engine.name, `${version}: not made yet, ${size}`, `pnpm lab setup ${engine.name} makes it now`);
  } catch (error) {
    if (!(error instanceof QuantlabError)) throw error;
    return warn(
      engine.name,
      error.message,
      `only ${engine.title} needs it: ${error.remedy ?? "see pnpm lab setup"}`,
    );
  }
}
