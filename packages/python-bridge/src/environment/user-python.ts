import { fromUser, QuantlabError } from "@quantlab/core";
import { runProgram } from "@quantlab/processes";
import type { PythonEngine } from "../python-engine.ts";
import { describePython, isNewEnough, PythonMissingError } from "./python.ts";

/** The interpreter that the user names instead of the lab's environments; null when none is named. */
export function namedPython(): string | null {
  const named = process.env.QUANTLAB_PYTHON;
  if (!named) return null;
  return named.includes("/") || named.includes("\\") ? fromUser(named) : named;
}

/** The interpreter's path, once it is known to have what the engine needs; throws a QuantlabError naming what it lacks. */
export async function requireUserPython(named: string, engine: PythonEngine): Promise<string> {
  const remedy = "correct QUANTLAB_PYTHON, or unset it: the lab then makes an environment of its own";
  const python = await describePython(named);
  if (!python) {
    throw new QuantlabError("PYTHON_MISSING", `QUANTLAB_PYTHON is ${named}, which runs no Python`, {
      remedy,
    });
  }
  if (!isNewEnough(python)) throw new PythonMissingError([python]);
  const needs = [...engine.needs, ...(engine.module ? ["fastjsonschema", "numpy"] : [])];
  const code = "import importlib.util as u, sys; print(*[m for m in sys.argv[1:] if u.find_spec(m) is None])";
  const { stdout } = await runProgram(python.path, ["-I", "-c", code, ...needs]);
  const missing = stdout.split(" ").filter(Boolean);
  if (missing.length > 0) {
    throw new QuantlabError("ENVIRONMENT", `QUANTLAB_PYTHON is ${named}, which lacks ${missing.join(", ")}`, {
      remedy: `install what is missing there, or unset QUANTLAB_PYTHON: the lab then makes an environment of its own`,
    });
  }
  return python.path;
}

/** Versions of distributions as an interpreter has them; null for one that it has not. */
export async function installedVersions(
  interpreter: string,
  distributions: readonly string[],
): Promise<(string | null)[]> {
  const code = [
    "import importlib.metadata as m, json, sys",
    "def v(n):",
    "    try: return m.version(n)",
    "    except m.PackageNotFoundError: return None",
    "print(json.dumps([v(n) for n in sys.argv[1:]]))",
  ].join("\n");
  const { stdout } = await runProgram(interpreter, ["-I", "-c", code, ...distributions]);
  return JSON.parse(stdout || "[]") as (string | null)[];
}
