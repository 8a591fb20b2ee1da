import { QuantlabError } from "@quantlab/core";
import { runProgram } from "@quantlab/processes";

/** The oldest Python that the engines' packages agree on. */
const oldestMinor = 11;
/** Asked for in this order: first the one that the user has chosen for everything. */
const programs = ["python3", "python3.12", "python3.11", "python3.13", "python"];
const probeMs = 20_000;

export interface Python {
  readonly path: string;
  /** "3.11.7". */
  readonly version: string;
}

/** No Python, or none that is new enough. */
export class PythonMissingError extends QuantlabError {
  constructor(found: readonly Python[]) {
    const old = found[0];
    super(
      "PYTHON_MISSING",
      old
        ? `Python ${old.version} (${old.path}) is too old: Python engines need 3.${oldestMinor} or newer`
        : `no Python is found: Python engines need 3.${oldestMinor} or newer`,
      { remedy: installHint },
    );
  }
}

const installHint =
  process.platform === "darwin"
    ? "brew install python@3.12, or name an interpreter that has the engine's packages in QUANTLAB_PYTHON"
    : "install python3.12 (or 3.11) with the system's package manager, or name an interpreter that has the engine's packages in QUANTLAB_PYTHON";

/** A Python on the path that is new enough; throws a PythonMissingError. */
export async function findPython(): Promise<Python> {
  const found: Python[] = [];
  for (const program of programs) {
    const python = await describePython(program);
    if (python && isNewEnough(python)) return python;
    if (python) found.push(python);
  }
  throw new PythonMissingError(found);
}

/** What an interpreter says of itself; null when there is none of this name or it does not run. */
export async function describePython(program: string): Promise<Python | null> {
  const code = "import sys; print(sys.executable); print('.'.join(map(str, sys.version_info[:3])))";
  const { stdout, succeeded } = await runProgram(program, ["-I", "-c", code], { timeoutMs: probeMs });
  const [path, version] = stdout.split(/\r?\n/);
  return succeeded && path && version ? { path, version } : null;
}

export function isNewEnough({ version }: Python): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major === 3 && minor >= oldestMinor;
}
