import path from "node:path";
import { packageFolders, sourceFiles } from "./packages.ts";
import { readSource, type Violation } from "./source-file.ts";

/**
 * A relative path stays in its package. The glue of `scripts/` and `test/`, which is in none, enters a package by its
 * `src/index.ts`, and tests use what other tests use.
 */
export function checkRelativeImports(root: string): Violation[] {
  const packages = packageFolders(root);
  const owner = (file: string) => packages.find((folder) => file.startsWith(`${folder}/`));
  return sourceFiles(root, [...packages, "scripts", "test"]).flatMap((file) => {
    const from = owner(file);
    return readSource(root, file).imports.flatMap(({ text, line }): Violation[] => {
      if (!text.startsWith(".")) return [];
      const target = path.posix.join(path.posix.dirname(file), text);
      const to = owner(target);
      if (from === to) return [];
      const enters = to && (target === `${to}/src/index.ts` || isBetweenTests(file, target, to));
      if (from === undefined && enters) return [];
      const remedy = from
        ? "import it by the package's name, and export it from that package's entry"
        : `import ${to}/src/index.ts, and export it there`;
      return [
        { file, line, problem: `"${text}" reaches into ${to ?? "a folder outside the package"}`, remedy },
      ];
    });
  });
}

const isBetweenTests = (file: string, target: string, to: string) =>
  file.startsWith("test/") && target.startsWith(`${to}/test/`);
