import { defineConfig } from "vitest/config";

const folders = ["packages/*", "shared-metrics", "experiments/*", "benchmarks/*", "."];
const tests = (kind: string) => folders.map((folder) => `${folder}/test/**/*.${kind}.test.ts`);

const sideBySide = "test/support/side-by-side.ts";

// unit: no engine. engine: real engines on the shipped model. peers: programs built from source, one at a time.
export default defineConfig({
  test: {
    globalSetup: "test/support/temporary-folder.ts",
    // Models are small and much of a test is starting up: two at once take little more than half the time on two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          setupFiles: sideBySide,
          include: folders.map((f) => `${f}/test/**/!(*.engine|*.peers).test.ts`),
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "engine",
          include: tests("engine"),
          setupFiles: sideBySide,
          testTimeout: 300_000,
          hookTimeout: 300_000,
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
