import { defineConfig } from "vitest/config";

const folders = ["packages/*", "shared-metrics", "experiments/*", "benchmarks/*", "."];
const tests = (kind: string) => folders.map((folder) => `${folder}/test/**/*.${kind}.test.ts`);

// unit: no engine. engine: real engines on the shipped model, one at a time. peers: programs built from source.
export default defineConfig({
  test: {
    globalSetup: "test/support/temporary-folder.ts",
    projects: [
      {
        test: {
          name: "unit",
          include: folders.map((f) => `${f}/test/**/!(*.engine|*.peers).test.ts`),
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "engine",
          include: tests("engine"),
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          pool: "forks",
        },
      },
      {
        test: {
          name: "peers",
          include: tests("peers"),
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          pool: "forks",
        },
      },
    ],
  },
});
