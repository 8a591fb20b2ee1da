import { type Check, ok, warn } from "./check.ts";
import { firstLineOf } from "./program-output.ts";

/** Programs that only benchmarks (cmake, a compiler) and Python engines need. */
export function checkTools(): Promise<Check[]> {
  return Promise.all([checkCmake(), checkCompiler(), checkPython()]);
}

async function checkCmake(): Promise<Check> {
  const version = await firstLineOf("cmake", "--version");
  return version
    ? ok("cmake", version)
    : warn(
        "cmake",
        "not found",
        "only benchmarks need it: install cmake, for example with pip install cmake",
      );
}

async function checkCompiler(): Promise<Check> {
  const detail = await compilerVersion();
  const install =
    process.platform === "darwin" ? "xcode-select --install" : "a C++ compiler (the package g++ or clang)";
  return detail
    ? ok("compiler", detail)
    : warn("compiler", "not found", `only benchmarks need it: install ${install}`);
}

async function compilerVersion(): Promise<string | null> {
  // Without the command line tools, asking c++ itself opens a window on macOS.
  if (process.platform === "darwin" && (await firstLineOf("xcode-select", "-p")) === null) return null;
  return firstLineOf(process.env.CXX || "c++", "--version");
}

async function checkPython(): Promise<Check> {
  const named = process.env.QUANTLAB_PYTHON;
  for (const program of named ? [named] : ["python3.13", "python3.12", "python3.11", "python3"]) {
    const version = await firstLineOf(program, "--version");
    const minor = Number(/3\.(\d+)/.exec(version ?? "")?.[1] ?? 0);
    if (version && minor >= 11) return ok("python", `${version} (${program})`);
  }
  return warn(
    "python",
    named ? `${named} is no Python 3.11 or newer` : "none of 3.11 or newer found",
    "only Python engines need it: install Python, or name it in QUANTLAB_PYTHON",
  );
}
