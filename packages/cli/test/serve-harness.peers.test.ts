import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Evaluation, repositoryRoot } from "@quantlab/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentOf, lab } from "./lab.ts";
import { key, type Served, served } from "./served.ts";

const run = promisify(execFile);
const questions = path.join(repositoryRoot, "models/sprout/tasks/addition.jsonl");

/** As the harness is told of a task: its own reader of JSON lines, and the choices behind the prompt as they are. */
const task = `
task: addition
dataset_path: json
dataset_kwargs:
  data_files:
    test: ${questions}
test_split: test
output_type: multiple_choice
doc_to_text: "{{prompt}}"
doc_to_choice: "{{choices}}"
doc_to_target: "{{answer}}"
target_delimiter: ""
metric_list:
  - metric: acc
`;

let folder: string;
let harness: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-harness-"));
  await mkdir(path.join(folder, "tasks"));
  await writeFile(path.join(folder, "tasks/addition.yaml"), task);
  await run("python3", ["-m", "venv", path.join(folder, "python")]);
  harness = path.join(folder, "python/bin/lm_eval");
  const wanted = ["lm-eval[api]==0.4.13", "transformers==5.23.0"];
  await run(path.join(folder, "python/bin/python"), ["-m", "pip", "install", "--quiet", ...wanted]);
}, 15 * 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Asked {
  readonly doc_id: number;
  /** Of each choice the log-likelihood, and whether greedy decoding would give it. */
  readonly filtered_resps: readonly (readonly [number | string, boolean | string])[];
}

/** What lm-evaluation-harness's own program finds through the server, question for question. */
async function throughServer(
  server: Served,
  model: string,
  tokenizer: string,
  limit: number,
): Promise<Asked[]> {
  const output = await mkdtemp(path.join(folder, "out-"));
  const told = {
    model,
    base_url: `${server.url}/v1/completions`,
    tokenizer_backend: "huggingface",
    tokenizer,
    num_concurrent: "4",
    max_retries: "1",
    max_length: "1024",
    // The model wants one, and the harness leaves it out unless told.
    add_bos_token: "True",
  };
  await run(
    harness,
    [
      ...["run", "--model", "local-completions", "--tasks", "addition", "--include_path", `${folder}/tasks`],
      ...[
        "--model_args",
        Object.entries(told)
          .map(([name, value]) => `${name}=${value}`)
          .join(","),
      ],
      ...["--limit", String(limit), "--log_samples", "--output_path", output],
    ],
    { env: { ...process.env, OPENAI_API_KEY: key, HF_HUB_OFFLINE: "1", HF_HOME: `${folder}/home` } },
  );
  const files = await readdir(output, { recursive: true });
  const samples = files.find((name) => path.basename(name).startsWith("samples_addition"));
  const lines = (await readFile(path.join(output, samples!), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Asked).toSorted((a, b) => a.doc_id - b.doc_id);
}

it.each([
  ["engine", "sprout:F16", "models/sprout/hf", 60],
  ["transformers", "sprout:float32", "models/sprout/hf", 60],
  ["mlx", "sprout:mlx-float32", "models/sprout/hf", 30],
])(
  "lm-evaluation-harness finds through %s what lab eval finds, question for question",
  async (backend, model, tokenizer, limit) => {
    const words = ["eval", "-m", model, "--backend", backend, "--tasks", questions];
    const document = documentOf(await lab([...words, "--limit", String(limit), "--json"]));
    expect(document.ok).toBe(true);
    const expected = ((document.ok && document.data) as unknown as Evaluation).tasks.addition!.answers;
    await using server = await served(model, "--backend", backend);
    const found = await throughServer(server, model, path.join(repositoryRoot, tokenizer), limit);
    expect(found).toHaveLength(limit);
    const right = (of: readonly number[]) => of.indexOf(Math.max(...of));
    for (const [index, { filtered_resps }] of found.entries()) {
      const sums = filtered_resps.map(([sum]) => Number(sum));
      const own = expected[index]!.logLikelihoods;
      for (const [choice, sum] of sums.entries()) expect(sum).toBeCloseTo(own[choice]!, 2);
      expect(right(sums)).toBe(right(own));
    }
  },
  20 * 60_000,
);
