// How many threads an engine takes that is told none, on machines whose facts are made up.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { detectHost, validate } from "../packages/core/src/index.ts";
import { Bench } from "../packages/runner/test/runs.ts";
import { transformersCpu } from "../packages/transformers-cpu/src/index.ts";

const { limits: _, performanceCores: __, ...machine } = detectHost();
const hosts = [
  ["four performance cores and six efficiency cores", { cores: 10, performanceCores: 4 }, 4],
  ["16 hyperthreads of 8 cores", { cores: 16, performanceCores: 8 }, 8],
  ["a container with a quota of 2 of 16 processors", { cores: 2, limits: { cores: 2 } }, 2],
] as const;

const arm = (engine: string) => ({
  name: engine,
  subject: { model: "sprout:F16", engine, options: {} },
  workloads: { generate: { prompt: { tokens: 8 }, newTokens: 2, warmups: 0, generations: 1 } },
});
const plan = {
  ...{ id: "threads", question: "How many threads compute?", baseline: "llamacpp-engine" },
  arms: ["llamacpp-engine", "llamacpp-session"].map(arm),
  protocol: { blocks: 1, order: "abba", seed: 5 },
  ...{ armBudgetMs: 600_000, silenceMs: 600_000, waits: false, full: false, overrides: {} },
};

afterEach(() => {
  delete process.env.QUANTLAB_HOST_FACTS;
});

const digests = new Set<string>();

it.each(hosts)("%s: the run says how many, and its digest knows", async (_, facts, threads) => {
  const bench = new Bench();
  const file = path.join(bench.root, "host.json");
  writeFileSync(file, JSON.stringify({ ...machine, ...facts }));
  process.env.QUANTLAB_HOST_FACTS = file;
  expect(transformersCpu().environment).toMatchObject({ OMP_NUM_THREADS: `${threads}` });

  const { stdout, stderr } = await bench.program("run-plan", [JSON.stringify(plan)]);
  if (stdout === "") throw new Error(stderr);
  const run = validate("run", JSON.parse(stdout), "stdout");
  expect(run.blocks.map(({ arm, engine }) => [arm, engine?.threads])).toEqual([
    ["llamacpp-engine", threads],
    ["llamacpp-session", threads],
  ]);
  expect(run.host).toMatchObject(facts);
  expect(digests).not.toContain(run.digest);
  digests.add(run.digest);
});
