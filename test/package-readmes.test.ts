// Each package says in ten lines what it is for, and its example is of the package as it is.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { repositoryRoot } from "../packages/core/src/index.ts";

const names = readdirSync(path.join(repositoryRoot, "packages"));
const places = [...names.map((name) => `packages/${name}`), "shared-metrics"];
const readme = (place: string) => readFileSync(path.join(repositoryRoot, place, "README.md"), "utf8");

test.each(places)("%s tells what it is for, an example, and where to start reading", (place) => {
  const text = readme(place);
  expect(text).toMatch(/^# @quantlab\/[\w-]+\n\n[\s\S]+\n```(ts|sh)\n[\s\S]+\n```\n\nStart reading at `/);
  expect(text.split("\n").length).toBeLessThan(25);
});

test("the examples are programs", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "examples-"));
  try {
    for (const place of places) {
      const [, code] = /```ts\n([\s\S]+?)```/.exec(readme(place)) ?? [];
      if (code) writeFileSync(path.join(folder, `${path.basename(place)}.mts`), `${code}\nexport {};\n`);
    }
    const compilerOptions = {
      noUnusedLocals: false,
      typeRoots: [path.join(repositoryRoot, "node_modules/@types")],
      paths: {
        "@quantlab/shared-metrics": [path.join(repositoryRoot, "shared-metrics/src/index.ts")],
        "@quantlab/*": [path.join(repositoryRoot, "packages/*/src/index.ts")],
      },
    };
    const settings = {
      extends: path.join(repositoryRoot, "tsconfig.json"),
      compilerOptions,
      include: ["*.mts"],
    };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(settings));
    const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
    const program = path.join(path.dirname(compiler), "bin/tsc");
    const { all } = await execa(process.execPath, [program, "-p", folder], { all: true, reject: false });
    expect(all).toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
