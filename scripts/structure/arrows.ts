import { readFileSync } from "node:fs";
import path from "node:path";
import { packageFolders } from "./packages.ts";
import { lineOf, type Violation } from "./source-file.ts";

const drawing = "AGENTS.md";

/**
 * AGENTS.md draws the arrows, a line a package: `name ─> what it imports`. Every package stands there with just the
 * dependencies of its package.json, and imports only what stands below it. devDependencies serve tests, and are free.
 */
export function checkArrows(root: string): Violation[] {
  const lines = readDrawing(root);
  const order = lines.map(({ name }) => name);
  const used = dependencies(root);
  const drawn = lines.flatMap(({ name, targets, line }) =>
    targets.flatMap((target): Violation[] => {
      const at = { file: drawing, line };
      if (order.indexOf(target) <= order.indexOf(name)) {
        const remedy = `move the line of ${name} up if ${target} imports nothing of it; otherwise turn the import round`;
        return [{ ...at, problem: `${name} ─> ${target} does not point down`, remedy }];
      }
      if (used.some(({ from, to }) => from === name && to === target)) return [];
      return [{ ...at, problem: `no package.json of ${name} holds ${target}`, remedy: "remove the arrow" }];
    }),
  );
  const undrawn = used.flatMap(({ from, to, file, line }): Violation[] => {
    if (lines.some(({ name, targets }) => name === from && targets.includes(to))) return [];
    const problem = `${from} ─> ${to} is no arrow of ${drawing}`;
    return [{ file, line, problem, remedy: "import nothing of it, or draw the arrow if it may point there" }];
  });
  const absent = packageFolders(root).flatMap((folder): Violation[] => {
    const name = nameOf(folder);
    if (order.includes(name)) return [];
    const remedy = `add a line "${name} ─> …" above what it imports`;
    return [
      { file: `${folder}/package.json`, line: 1, problem: `${name} is not in ${drawing}'s drawing`, remedy },
    ];
  });
  return [...drawn, ...undrawn, ...absent];
}

/** The first fenced block. */
function readDrawing(root: string) {
  const text = readFileSync(path.join(root, drawing), "utf8");
  const fence = /^```\n(.*?)^```$/ms.exec(text);
  const first = lineOf(text, fence?.index ?? 0) + 1;
  return (fence?.[1] ?? "")
    .trimEnd()
    .split("\n")
    .map((row, index) => {
      const [name = "", targets = ""] = row.split(/ ─+> /);
      return {
        name: name.trim(),
        targets: targets.split(",").flatMap((each) => each.trim() || []),
        line: first + index,
      };
    });
}

/** Dependencies between the workspace's packages, each with its line in package.json. */
function dependencies(root: string) {
  return packageFolders(root).flatMap((folder) => {
    const file = `${folder}/package.json`;
    const text = readFileSync(path.join(root, file), "utf8");
    const manifest = JSON.parse(text) as { dependencies?: Readonly<Record<string, string>> };
    return Object.keys(manifest.dependencies ?? {})
      .filter((name) => name.startsWith("@quantlab/"))
      .map((name) => ({
        from: nameOf(folder),
        to: name.slice("@quantlab/".length),
        file,
        line: lineOf(text, text.indexOf(`"${name}":`)),
      }));
  });
}

/** Experiments are drawn as one, and so are benchmarks. */
function nameOf(folder: string): string {
  const [place = "", name = place] = folder.split("/");
  return place === "packages" ? name : place;
}
