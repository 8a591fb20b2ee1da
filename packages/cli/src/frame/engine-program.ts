import path from "node:path";
import { EngineError } from "@quantlab/core";
import { nodeScript, type RemoteProgram } from "@quantlab/processes";

const script = path.join(import.meta.dirname, "../engine-process.ts");

/**
 * What holds an engine in a process of its own, which an interrupt ends at once, or `cancelMs` after it was asked to stop.
 * `engine` is its name in errors.
 */
export function engineProgram(
  engine: string,
  environment: Readonly<Record<string, string>>,
  { cancelMs = 0 }: { readonly cancelMs?: number } = {},
): RemoteProgram {
  return nodeScript(script, {
    name: engine,
    environment,
    limits: { cancelMs },
    failure: ({ what }) =>
      new EngineError(
        engine,
        `its process ${what}`,
        "check the file with pnpm lab models info, and the free memory with pnpm lab doctor",
      ),
  });
}
