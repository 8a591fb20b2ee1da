import path from "node:path";
import { packageVersion, type Run, repositoryRoot } from "@quantlab/core";
import { execa } from "execa";

/** What reports and benchmarks rewrite after each run; it does not make the lab a modified one. */
const generated = [
  ...["README.md", "results/**", "charts/**"].flatMap((name) => [
    `experiments/*/${name}`,
    `benchmarks/*/${name}`,
  ]),
  "models/*/README.md",
].map((name) => `:(exclude,glob)${name}`);

/** The lab's version and commit; the commit is null outside of a git checkout. */
export async function describeLab(): Promise<Run["lab"]> {
  const version = packageVersion(path.join(repositoryRoot, "packages/core/package.json"));
  // Looking takes no lock: somebody may be committing meanwhile.
  const git = (...args: string[]) =>
    execa("git", ["--no-optional-locks", ...args], { cwd: repositoryRoot, reject: false });
  // A lab unpacked inside somebody else's repository is no commit of that repository.
  const inside = await git("rev-parse", "--show-prefix");
  const commit = await git("rev-parse", "--verify", "HEAD");
  if (inside.failed || inside.stdout !== "" || commit.failed)
    return { version, commit: null, modified: false };
  const status = await git("status", "--porcelain", "--", ".", ...generated);
  return { version, commit: commit.stdout, modified: status.stdout !== "" };
}
