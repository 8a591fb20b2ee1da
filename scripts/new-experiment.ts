// `pnpm new-experiment [name]`: a package with the next free number that runs unedited.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { QuantlabError, repositoryRoot, UsageError, writeFileAtomic } from "../packages/core/src/index.ts";
import { runProgram } from "../packages/terminal/src/index.ts";
import { runPnpm } from "./run-pnpm.ts";

const experimentsFolder = path.join(repositoryRoot, "experiments");
/** File systems take 255 bytes of a folder with its number; people read fewer. */
const longestName = 60;

await runProgram(async () => {
  const [name = "question", ...rest] = process.argv.slice(2);
  const typed = [name, ...rest].join(" ");
  if (typed.length > longestName) {
    throw new UsageError(
      `"${typed.slice(0, 20)}…", a name of ${typed.length} characters, cannot name an experiment`,
      `it names a folder: use at most ${longestName}`,
    );
  }
  if (!/^[a-z][a-z0-9-]*$/.test(typed)) {
    throw new UsageError(
      `"${typed}" cannot name an experiment`,
      "use lower-case letters, digits and dashes: pnpm new-experiment kv-cache",
    );
  }
  const id = `exp${(await highestNumber()) + 1}`;
  const folder = path.join(experimentsFolder, `${id}-${name}`);
  for (const [file, text] of Object.entries(template(id)))
    await writeFileAtomic(path.join(folder, file), text);
  // The lock has to take the new package in; on a CI machine pnpm would hold it frozen.
  const { failed } = await runPnpm("install", "--silent", "--no-frozen-lockfile");
  if (failed) {
    throw new QuantlabError("NOT_INSTALLED", `experiments/${id}-${name} is made, but not installed`, {
      remedy: `run "pnpm install" in the repository, then: pnpm --filter ${id} start`,
    });
  }
  const shown = path.relative(repositoryRoot, folder);
  console.log(
    `Made ${shown}. Its question and arms are in ${shown}/experiment.ts; run it with: pnpm --filter ${id} start`,
  );
});

async function highestNumber(): Promise<number> {
  const folders = await readdir(experimentsFolder);
  return Math.max(0, ...folders.map((folder) => Number(/^exp(\d+)/.exec(folder)?.[1] ?? 0)));
}

function template(id: string): Record<string, string> {
  const packages = ["core", "llamacpp", "runner", "scenarios", "shared-metrics"];
  const manifest = {
    name: id,
    version: "0.1.0",
    private: true,
    type: "module",
    license: "MIT",
    scripts: { start: "node ../../scripts/run-experiment.ts" },
    dependencies: Object.fromEntries(packages.map((name) => [`@quantlab/${name}`, "workspace:*"])),
  };
  return {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "README.md": `# ${id}\n\nWhy this question matters.\n\n<!-- lab:results:begin -->\n<!-- lab:results:end -->\n\n## Reading the figures\n\nWhat to keep in mind.\n`,
    "experiment.ts": `import { defineExperiment } from "@quantlab/core";
import { llamacppEngine } from "@quantlab/llamacpp";
import { generation, scoring } from "@quantlab/scenarios";
import {
  accuracy,
  decodeTps,
  modelBytes,
  peakMemory,
  perplexity,
  prefillTps,
  ttftMs,
} from "@quantlab/shared-metrics";

const engine = llamacppEngine();

export default defineExperiment({
  id: "${id}",
  question: "What does Q8_0 lose against F16?",
  arms: {
    f16: { model: "sprout:F16", engine },
    q8: { model: "sprout:Q8_0", engine },
  },
  baseline: "f16",
  workloads: [generation({ prompt: "inflation@1", newTokens: 80 }), scoring()],
  protocol: { blocks: 6, order: "interleaved", seed: 42 },
  report: [decodeTps, prefillTps, ttftMs, ...peakMemory, modelBytes, perplexity, accuracy],
});
`,
  };
}
