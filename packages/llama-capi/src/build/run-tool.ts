import { QuantlabError } from "@quantlab/core";
import { type RunOptions, runProgram } from "@quantlab/processes";

const install =
  "install git, cmake and a C++ compiler (Debian and Ubuntu: apt-get install git cmake g++; macOS: xcode-select " +
  "--install and brew install cmake)";

export interface ToolOptions extends Pick<RunOptions, "onLine" | "signal"> {
  /** What else somebody without the tools may do: "set QUANTLAB_PEERS to a folder with built peers". */
  readonly otherwise?: string;
}

/** Runs a program of a build and gives each line it prints to `onLine`. A missing or failing one is a QuantlabError. */
export async function runTool(
  program: string,
  parameters: readonly string[],
  { otherwise, ...options }: ToolOptions = {},
): Promise<void> {
  const { succeeded, missing, printed, exitCode } = await runProgram(program, parameters, options);
  if (succeeded) return;
  const remedy = otherwise === undefined ? install : `${install}, or ${otherwise}`;
  if (missing) throw new QuantlabError("TOOL_MISSING", `${program} is not installed`, { remedy });
  if (/No CMAKE_C(XX)?_COMPILER could be found/.test(printed))
    throw new QuantlabError("TOOL_MISSING", "there is no C++ compiler", { remedy });
  const last = printed.trim().split("\n").slice(-8).join("\n");
  throw new QuantlabError("BUILD_FAILED", `${program} ${parameters[0]} ended with ${exitCode}:\n${last}`, {
    remedy: "see the lines above; more memory or disk may be needed",
  });
}
