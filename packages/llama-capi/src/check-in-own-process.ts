import path from "node:path";
import { EngineError } from "@quantlab/core";
import { callOnce, nodeScript } from "@quantlab/processes";
import { findLibrary } from "./library/installed-library.ts";

const script = path.join(import.meta.dirname, "check-process.ts");

/**
 * Loads a GGUF file in a process of its own and looks at every weight. Throws an EngineError for a file with a tensor too
 * few, too many or of another shape, and for weights that are no numbers.
 */
export async function checkInOwnProcess(
  file: string,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<void> {
  findLibrary(false);
  const program = nodeScript(script, {
    name: "llama.cpp",
    limits: { silenceMs: Number.POSITIVE_INFINITY, cancelMs: 0 },
    // The library prints each block with a fault on stderr, and names the tensor in its error.
    onPrinted: () => true,
    failure: ({ what }) => new EngineError("llama.cpp", `cannot load ${file}: its process ${what}`),
  });
  await callOnce(program, "check", { file }, options.signal ? { signal: options.signal } : {});
}
