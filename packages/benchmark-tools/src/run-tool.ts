import { QuantlabError } from "@quantlab/core";
import { execa } from "execa";

const remedy =
  "install git, cmake and a C++ compiler (Debian and Ubuntu: apt-get install git cmake g++; macOS: xcode-select " +
  "--install and brew install cmake), or set QUANTLAB_PEERS to a folder with built peers";

/** Runs a program and gives each line it prints to `onLine`. A missing or failing one is a QuantlabError. */
export async function runTool(
  program: string,
  parameters: readonly string[],
  options: { readonly onLine?: (line: string) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { onLine, signal } = options;
  const child = execa(program, parameters, {
    all: true,
    reject: false,
    // Warnings of the compiler come by the megabyte; the last lines are what an error message needs.
    maxBuffer: 64 * 2 ** 20,
    ...(signal && { cancelSignal: signal }),
  });
  if (onLine) for await (const line of child.iterable({ from: "all" })) onLine(line);
  const result = await child;
  signal?.throwIfAborted();
  if (!result.failed) return;
  if (result.code === "ENOENT") {
    throw new QuantlabError("TOOL_MISSING", `${program} is not installed`, { remedy });
  }
  const last = result.all.trim().split("\n").slice(-8).join("\n");
  const noCompiler = /No CMAKE_C(XX)?_COMPILER could be found/.test(result.all);
  throw new QuantlabError(
    noCompiler ? "TOOL_MISSING" : "PEER_BUILD",
    noCompiler
      ? "there is no C++ compiler"
      : `${program} ${parameters[0]} ended with ${result.exitCode}:\n${last}`,
    { remedy: noCompiler ? remedy : "see the lines above; more memory or disk may be needed", cause: result },
  );
}
