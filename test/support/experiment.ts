// An experiment as a user has it: a folder with experiment.ts, README and results that were good before.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { repositoryRoot } from "../../packages/core/src/index.ts";

export const script = path.join(repositoryRoot, "scripts/run-experiment.ts");

/** A copy of an experiment in a place of its own, with the results that the repository holds. */
export class ExperimentCopy {
  readonly root = mkdtempSync(path.join(tmpdir(), "quantlab-exp-"));
  readonly folder: string;
  /** Locks and temporary files that no other run shares. */
  readonly env = { TMPDIR: this.root, INIT_CWD: this.root };

  constructor(name = "exp3-q5") {
    const original = path.join(repositoryRoot, "experiments", name);
    this.folder = path.join(this.root, name);
    mkdirSync(this.folder);
    for (const part of ["README.md", "results", "charts"])
      cpSync(path.join(original, part), path.join(this.folder, part), { recursive: true });
    const module = JSON.stringify(path.join(original, "experiment.ts"));
    writeFileSync(path.join(this.folder, "experiment.ts"), `export { default } from ${module};\n`);
  }

  /** Names and hashes of everything a reader is shown: results, README, charts. */
  kept(): Record<string, string> {
    const names = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(".runs"))
      .map((entry) => path.join(entry.parentPath, entry.name));
    return Object.fromEntries(
      names.sort().map((name) => [name, createHash("sha256").update(readFileSync(name)).digest("hex")]),
    );
  }

  runs(): string[] {
    return readdirSync(this.folder).includes(".runs") ? readdirSync(path.join(this.folder, ".runs")) : [];
  }
}
