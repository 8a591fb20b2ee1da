import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { defaultThreads } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, lab } from "./lab.ts";

/** Another run of the lab on this machine is waited for before each pair. */
const patience = 900_000;

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-tune-"));
  env = { QUANTLAB_FOLDER: path.join(folder, "lab") };
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

interface Found {
  readonly file: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly sampling: { readonly ratio: number } | null;
  readonly decisions: readonly {
    readonly pair: { readonly purpose: string; readonly setting: string; readonly label: string };
    readonly outcome: { readonly kind: string; readonly effects?: readonly unknown[] };
    readonly verdict: { readonly is: string };
  }[];
}

const dataOf = (answer: Parameters<typeof documentOf>[0]): Found => {
  const document = documentOf(answer);
  if (!document.ok) throw new Error(document.error.message);
  return document.data as unknown as Found;
};

/** As a search that found these would leave them. */
function keep(options: Readonly<Record<string, unknown>>): void {
  const settings = { engine: "llamacpp-engine", model: "sprout:F16", options };
  const script = `import { keepTunedSettings } from "@quantlab/core"; await keepTunedSettings(${JSON.stringify(settings)});`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    ...{ cwd: path.join(import.meta.dirname, ".."), encoding: "utf8" },
    env: { ...process.env, ...env },
  });
  expect(status, stderr).toBe(0);
}

describe("lab tune", () => {
  it("tries what it is told to at the covered points, and keeps what it took, or nothing", {
    timeout: patience,
  }, async () => {
    // With the machine's own number there are no other numbers of threads to try, whatever it is.
    const threads = String(defaultThreads());
    const few = `-p 16 -d 0,8 -n 4 -r 1 --rounds 3 -t ${threads} -b 2048 --ubatch-size 8 --flash-attn off --mmap 1`;
    const answer = await lab(["tune", "-m", "sprout:F16", ...few.split(" "), "--json"], { env });
    expect(answer.code, answer.stderr).toBe(0);
    const { decisions, file, settings, sampling } = dataOf(answer);
    const tried = decisions
      .filter(({ pair }) => pair.purpose === "candidate")
      .map(({ pair }) => pair.setting);
    expect(tried).toEqual(["microBatchSize", "flashAttention", "mmap"]);
    // Prefill and decode at both points, unless it was stopped before.
    for (const { outcome, verdict } of decisions)
      if (outcome.kind === "measured" && verdict.is !== "slower") expect(outcome.effects).toHaveLength(4);
    const last = decisions.at(-1)!;
    const kept = last.pair.purpose === "confirmation" && last.verdict.is === "better";
    expect(file !== null).toBe(kept);
    expect(Object.keys(settings).length > 0).toBe(kept);
    if (file) expect(existsSync(file)).toBe(true);
    expect(sampling?.ratio).toBeGreaterThan(0);
    expect(answer.stderr).toMatch(/^\d+ candidates at pp16, pp16 @ d8: up to /m);
    expect(answer.stderr).toMatch(/^flashAttention off: \w+ /m);
  });

  it.each([
    [
      ["--backend", "transformers", "-d", "16"],
      "Transformers cannot time a prompt behind 16 tokens of context",
    ],
    [["-m", "sprout:float32", "--backend", "engine"], "is a model in hf form, and llama.cpp reads GGUF"],
    [["--allow-kv", "q9"], 'unknown KV cache type "q9"'],
    [["-p", "0"], '-p "0" is neither a whole number of at least 1'],
  ])("refuses %j before anything is measured", async (words, problem) => {
    const { code, stderr } = await lab(["tune", ...words], { env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });
});

describe("settings that were kept", () => {
  const question = ["generate", "-m", "sprout:F16", "-p", "Why?", "-n", "4"];

  it("are taken by generate, which says and records it; a flag goes before them", async () => {
    keep({ threads: 1, flashAttention: "off" });
    const answer = await lab([...question, "--json"], { env });
    expect(answer.stderr).toContain("takes threads 1, flashAttention off");
    expect(documentOf(answer)).toMatchObject({
      data: { tuned: { threads: 1, flashAttention: "off" }, engine: { threads: 1, flashAttention: false } },
    });
    const typed = documentOf(await lab([...question, "-fa", "on", "--json"], { env }));
    expect(typed).toMatchObject({ data: { tuned: { threads: 1 }, engine: { flashAttention: true } } });
  });

  it("are taken by perplexity as far as they change no number", async () => {
    keep({ threads: 1, mmap: false, flashAttention: "off" });
    const text = path.join(import.meta.dirname, "../../../models/sprout/text/test.txt");
    const words = ["perplexity", "-m", "sprout:F16", "-f", text, "-c", "128", "--chunks", "1"];
    const { stderr, code } = await lab(words, { env });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("takes threads 1, mmap false, as");
    expect(stderr).not.toContain("flashAttention");
  });

  it("are told of, too, where a model is compared with itself", async () => {
    keep({ threads: 1 });
    const words = ["compare", "sprout:F16", "sprout:F16", "-p", "8", "-n", "2", "-r", "1", "--blocks", "2"];
    const { stderr, code } = await lab(words, { env });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("takes threads 1, as");
  });

  it("stand in a bench's fields, are shown by doctor, and are forgotten when that is said", async () => {
    keep({ threads: 1, microBatchSize: 8 });
    const bench = [
      "bench",
      "-m",
      "sprout:F16",
      "-p",
      "16",
      "-n",
      "0",
      "-r",
      "1",
      "--blocks",
      "1",
      "-o",
      "json",
    ];
    const [row] = JSON.parse((await lab(bench, { env })).stdout);
    expect(row).toMatchObject({ n_threads: 1, n_ubatch: 8 });
    expect((await lab(["doctor"], { env })).stdout).toMatch(
      /tuned +sprout:F16 on llamacpp-engine: threads 1, microBatchSize 8 \(\d{4}-/,
    );
    const reset = await lab(["tune", "-m", "sprout:F16", "--reset"], { env });
    expect(reset.stdout).toMatch(/^forgotten: sprout:F16/);
    expect((await lab(question, { env })).stderr).not.toContain("takes threads");
    expect((await lab(["tune", "-m", "sprout:F16", "--reset"], { env })).stdout).toMatch(
      /^nothing was tuned/,
    );
  });
});

describe("lab setup llamacpp-native", () => {
  it("says in one line that cmake is missing, and leaves nothing that looks whole", async () => {
    const programs = path.join(folder, "programs");
    const own = path.join(folder, "without-cmake");
    await mkdir(programs);
    const git = spawnSync("which", ["git"], { encoding: "utf8" }).stdout.trim();
    await symlink(git, path.join(programs, "git"));
    const { code, stderr } = await lab(["setup", "llamacpp-native"], {
      env: { QUANTLAB_FOLDER: own, PATH: programs },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: cmake is not installed\ninstall git, cmake and a C\+\+ compiler \(.*\)\n$/m,
    );
    const left = await readdir(own, { recursive: true });
    expect(left.filter((name) => name.endsWith(".built"))).toEqual([]);
    const asked = await lab(["setup", "--json"], { env: { QUANTLAB_FOLDER: own } });
    expect(documentOf(asked)).toMatchObject({ data: { native: { ready: false } } });
  });
});
