import { globSync } from "node:fs";
import path from "node:path";

const places = ["packages/*", "shared-metrics", "experiments/*", "benchmarks/*"];

/** The folders of the workspace's packages, from the root. */
export function packageFolders(root: string): string[] {
  const manifests = places.map((place) => `${place}/package.json`);
  return globSync(manifests, { cwd: root }).map(path.dirname).toSorted();
}

/** The TypeScript files of these folders, from the root; without what is installed. */
export function sourceFiles(root: string, folders: readonly string[]): string[] {
  const files = folders.map((folder) => `${folder}/**/*.ts`);
  return globSync(files, { cwd: root, exclude: ["**/node_modules"] }).toSorted();
}
