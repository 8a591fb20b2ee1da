import { QuantlabError } from "@quantlab/core";
import { type RunOptions, runProgram } from "@quantlab/processes";

const remedy =
  "install git, cmake and a C++ compiler (Debian and Ubuntu: apt-get install git cmake g++; macOS: xcode-select " +
  "--install and brew install cmake), or set QUANTLAB_PEERS to a folder with built peers";

/** Runs a program and gives each line it prints to `onLine`. A missing or failing one is a QuantlabError. */
export async function runTool(
  program: string,
  parameters: readonly string[],
  options: Pick<RunOptions, "onLine" | "signal"> = {},
): Promise<void> {
  const { succeeded, missing, printed, exitCode } = await runProgram(program, parameters, options);
  if (succeeded) return;
  if (missing) throw new QuantlabError("TOOL_MISSING", `${program} is not installed`, { remedy });
  const last = printed.trim().split("\n").slice(-8).join("\n");
  const noCompiler = /No CMAKE_C(XX)?_COMPILER could be found/.test(printed);
  throw new QuantlabError(
    noCompiler ? "TOOL_MISSING" : "PEER_BUILD",
    noCompiler ? "there is no C++ compiler" : `${program} ${parameters[0]} ended with ${exitCode}:\n${last}`,
    { remedy: noCompiler ? remedy : "see the lines above; more memory or disk may be needed" },
  );
}
