// The rules of the code's structure that neither tsc nor Biome knows; part of `pnpm lint`.
import { repositoryRoot } from "../../packages/core/src/index.ts";
import { checkArrows } from "./arrows.ts";
import { checkNames } from "./names.ts";
import { notYetClean } from "./not-yet-clean.ts";
import { checkRelativeImports } from "./relative-imports.ts";
import { namesRules } from "./rules.ts";

const violations = [
  ...checkArrows(repositoryRoot),
  ...checkRelativeImports(repositoryRoot),
  ...checkNames(repositoryRoot, namesRules, notYetClean),
];
for (const { file, line, problem, remedy } of violations)
  console.error(`${file}:${line}: ${problem}\n  ${remedy}`);
if (violations.length > 0) process.exitCode = 1;
