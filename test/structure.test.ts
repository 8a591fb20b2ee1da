import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { repositoryRoot } from "../packages/core/src/index.ts";
import { checkArrows } from "../scripts/structure/arrows.ts";
import { checkNames } from "../scripts/structure/names.ts";
import { checkRelativeImports } from "../scripts/structure/relative-imports.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "structure-"));
  write({
    "AGENTS.md": "# Code\n\n```\nexperiments ─> runner, core\nrunner ──────> core\ncore\n```\n",
    "packages/core/package.json": manifest("@quantlab/core"),
    "packages/core/src/index.ts": 'export const one = 1;\nexport * from "./deep/two.ts";\n',
    "packages/core/src/deep/two.ts": "export const two = 2;\n",
    "packages/core/test/support.ts": "export const three = 3;\n",
    "packages/runner/package.json": manifest("@quantlab/runner", "core"),
    "packages/runner/src/index.ts": 'import { one } from "@quantlab/core";\nexport { one };\n',
    "experiments/exp1-first/package.json": manifest("exp1", "runner"),
    "experiments/exp2-second/package.json": manifest("exp2", "core", "runner"),
    "scripts/start.ts": 'import { one } from "../packages/core/src/index.ts";\nexport { one };\n',
    "test/all.test.ts": 'import { three } from "../packages/core/test/support.ts";\nexport { three };\n',
  });
});
afterEach(() => rmSync(root, { recursive: true }));

const manifest = (name: string, ...uses: string[]) =>
  JSON.stringify(
    { name, dependencies: Object.fromEntries(uses.map((use) => [`@quantlab/${use}`, "*"])) },
    null,
    2,
  );

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

describe("arrows", () => {
  test("are kept by a tree that imports as AGENTS.md draws", () => {
    expect(checkArrows(root)).toEqual([]);
  });

  test("that are not drawn are named with the line of package.json", () => {
    write({ "packages/core/package.json": manifest("@quantlab/core", "runner") });
    expect(checkArrows(root)).toEqual([
      {
        file: "packages/core/package.json",
        line: 4,
        problem: "core ─> runner is no arrow of AGENTS.md",
        remedy: "import nothing of it, or draw the arrow if it may point there",
      },
    ]);
  });

  test("that point up are named with their line of the drawing", () => {
    write({
      "AGENTS.md": "```\ncore ────────> runner\nexperiments ─> runner, core\nrunner ──────> core\n```\n",
      "packages/core/package.json": manifest("@quantlab/core", "runner"),
    });
    expect(checkArrows(root)).toMatchObject([
      { file: "AGENTS.md", line: 3, problem: "experiments ─> core does not point down" },
      {
        file: "AGENTS.md",
        line: 4,
        problem: "runner ─> core does not point down",
        remedy: "move the line of runner up if core imports nothing of it; otherwise turn the import round",
      },
    ]);
  });

  test("that nothing uses, and packages that are not drawn, are named too", () => {
    write({
      "experiments/exp2-second/package.json": manifest("exp2"),
      "packages/new/package.json": manifest("@quantlab/new", "core"),
    });
    expect(checkArrows(root)).toMatchObject([
      {
        file: "AGENTS.md",
        line: 4,
        problem: "no package.json of experiments holds core",
        remedy: "remove the arrow",
      },
      { file: "packages/new/package.json", line: 4, problem: "new ─> core is no arrow of AGENTS.md" },
      {
        file: "packages/new/package.json",
        line: 1,
        problem: "new is not in AGENTS.md's drawing",
        remedy: 'add a line "new ─> …" above what it imports',
      },
    ]);
  });
});

describe("relative imports", () => {
  test("stay in their package; glue takes entries, tests what other tests use", () => {
    expect(checkRelativeImports(root)).toEqual([]);
  });

  test.each([
    [
      "packages/runner/src/a.ts",
      "\nimport type { two } from ",
      "../../core/src/deep/two.ts",
      2,
      "by the package's name",
    ],
    ["packages/runner/src/a.ts", "export * from ", "../../core/src/index.ts", 1, "by the package's name"],
    ["packages/runner/src/a.ts", "await import(", "../../../scripts/start.ts", 1, "by the package's name"],
    ["scripts/a.ts", "import ", "../packages/core/src/deep/two.ts", 1, "import packages/core/src/index.ts"],
    ["scripts/a.ts", "import ", "../packages/core/test/support.ts", 1, "import packages/core/src/index.ts"],
  ])("of %s by %j%j are named with line and remedy", (file, before, target, line, remedy) => {
    write({ [file]: `${before}"${target}"${before.endsWith("(") ? ")" : ""};\n` });
    expect(checkRelativeImports(root)).toEqual([
      {
        file,
        line,
        problem: expect.stringContaining(`"${target}" reaches into`),
        remedy: expect.stringContaining(remedy),
      },
    ]);
  });
});

describe("names", () => {
  const rule = {
    folder: "packages/runner/src",
    names: { "an engine": ["toy-engine"], "an experiment": [/\bexp\d+\b/] },
    remedy: "ask the engine",
  };

  test("may stand in comments, in other words and in other packages", () => {
    write({
      "packages/runner/src/a.ts": '// toy-engine and exp3\nexport const toy = "a toy-engine of exports";\n',
      "packages/core/src/b.ts": 'export const id = "toy-engine";\n',
    });
    expect(checkNames(root, [rule], [])).toEqual([]);
  });

  test("of what a package serves are named with their line, in strings, templates and types", () => {
    write({
      "packages/runner/src/a.ts": `
const slow = id === "toy-engine";
const file = \`\${folder}/exp3/README.md\`;
type Id = "toy-engine";
`,
    });
    const at = (line: number, problem: string) => ({
      file: "packages/runner/src/a.ts",
      line,
      problem,
      remedy: "ask the engine",
    });
    expect(checkNames(root, [rule], [])).toEqual([
      at(2, "names an engine: toy-engine"),
      at(3, "names an experiment: /exp3/README.md"),
      at(4, "names an engine: toy-engine"),
    ]);
  });

  test("as identifiers count as well", () => {
    write({ "packages/runner/src/a.ts": "export const speed = (run: Run) => run.metrics.decodeTps;\n" });
    const metrics = { ...rule, names: { "a metric": ["decodeTps"] } };
    expect(checkNames(root, [metrics], [])).toMatchObject([
      { line: 1, problem: "names a metric: decodeTps" },
    ]);
  });

  test("are allowed to files that are not yet clean, until they are", () => {
    write({ "packages/runner/src/a.ts": 'export const id = "toy-engine";\n' });
    expect(checkNames(root, [rule], ["packages/runner/src/a.ts"])).toEqual([]);
    write({ "packages/runner/src/a.ts": "export const id = 1;\n" });
    expect(checkNames(root, [rule], ["packages/runner/src/a.ts"])).toEqual([
      {
        file: "packages/runner/src/a.ts",
        line: 1,
        problem: "is on the list of files that are not yet clean, and is clean or gone",
        remedy: "take it off scripts/structure/not-yet-clean.ts",
      },
    ]);
  });
});

describe("Biome, as it is set here,", () => {
  const lint = async () => {
    cpSync(path.join(repositoryRoot, "biome.json"), path.join(root, "biome.json"));
    const options = {
      cwd: root,
      preferLocal: true,
      localDir: repositoryRoot,
      reject: false,
      all: true,
    } as const;
    return await execa("biome", ["lint", "--vcs-enabled=false", "--colors=off", "."], options);
  };

  test("has nothing to say of a sound tree", async () => {
    expect(await lint()).toMatchObject({ exitCode: 0 });
  });

  test("names every import of a circle, those of types too", async () => {
    write({
      "packages/core/src/a.ts": '\nimport { b } from "./b.ts";\nexport type A = 1;\nexport const a = b;\n',
      "packages/core/src/b.ts": 'import type { A } from "./a.ts";\nexport const b: A = 1;\n',
    });
    const { exitCode, all } = await lint();
    expect(exitCode).toBe(1);
    expect(all).toMatch(/packages\/core\/src\/a\.ts:2:.* lint\/suspicious\/noImportCycles/);
    expect(all).toMatch(/packages\/core\/src\/b\.ts:1:.* lint\/suspicious\/noImportCycles/);
    expect(all).toContain("Break the cycle");
  });

  test("names an import that package.json does not hold, or holds for tests alone", async () => {
    const dev = { name: "@quantlab/core", devDependencies: { "fast-check": "*" } };
    write({
      "packages/core/package.json": JSON.stringify(dev, null, 2),
      "packages/core/src/a.ts": 'export * from "@quantlab/runner";\nimport "fast-check";\n',
    });
    const { exitCode, all } = await lint();
    expect(exitCode).toBe(1);
    expect(all).toMatch(/packages\/core\/src\/a\.ts:1:.* lint\/correctness\/noUndeclaredDependencies/);
    expect(all).toMatch(/packages\/core\/src\/a\.ts:2:.* lint\/correctness\/noUndeclaredDependencies/);
  });
});
