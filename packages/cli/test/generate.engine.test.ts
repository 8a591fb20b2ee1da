import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repositoryRoot, withTokenizer } from "@quantlab/core";
import { engineByName } from "@quantlab/engines";
import { resolveModel } from "@quantlab/model-store";
import { TextStream } from "@quantlab/processes";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writeBrokenModel, writeModelWithoutTemplate } from "./changed-model.ts";
import { documentOf, lab, startLab } from "./lab.ts";
import { isRunning, processesStartedBy } from "./processes.ts";

const question = ["generate", "-t", "1", "-p", "What is inflation?"];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-generate-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function generated(...more: string[]) {
  const answer = await lab([...question, "--json", ...more]);
  const document = documentOf(answer);
  if (!document.ok) throw new Error(document.error.message);
  return document.data as unknown as {
    text: string;
    tokenIds: number[];
    promptTokens: number;
    metrics: Record<string, number | null>;
  };
}

describe("lab generate", () => {
  it("answers the same greedily twice, and streams what --json holds", async () => {
    const [first, second] = [await generated("-n", "24"), await generated("-n", "24")];
    expect(first.tokenIds).toEqual(second.tokenIds);
    expect(first.text.length).toBeGreaterThan(20);
    const streamed = await lab([...question, "-n", "24"]);
    expect(streamed.code).toBe(0);
    expect(streamed.stdout).toBe(`${first.text}\n`);
    expect(streamed.stderr).toMatch(/^load .*prompt tokens, prefill .*decode .* tok\/s\n$/);
  });

  it("gives the figures of the answer under the names of the metrics", async () => {
    const { metrics, promptTokens, tokenIds } = await generated("-n", "8", "--ignore-eos");
    expect(tokenIds).toHaveLength(8);
    expect(promptTokens).toBeGreaterThan(4);
    expect(Object.keys(metrics).sort()).toEqual(["decodeTps", "loadMs", "prefillTps", "totalMs", "ttftMs"]);
    for (const value of Object.values(metrics)) expect(value).toBeGreaterThan(0);
  });

  it("samples the same with one seed and differently with another", async () => {
    const sampled = (seed: string) => generated("-n", "32", "--ignore-eos", "--temp", "1.5", "-s", seed);
    const [one, again, other] = [await sampled("1"), await sampled("1"), await sampled("2")];
    expect(one.tokenIds).toEqual(again.tokenIds);
    expect(one.tokenIds).not.toEqual(other.tokenIds);
  });

  it("takes llama.cpp's flags, a prompt from stdin, and the session backend", async () => {
    const flags = [
      "-m",
      "sprout:F16",
      "-n",
      "6",
      "-t",
      "1",
      "-c",
      "256",
      "-ctk",
      "f32",
      "-ctv",
      "f32",
      "-fa",
      "off",
    ];
    const answer = await lab(["generate", ...flags, "--backend", "session", "-p", "-", "--json"], {
      stdin: "What is inflation?\n",
    });
    expect(documentOf(answer)).toMatchObject({
      ok: true,
      data: {
        prompt: "What is inflation?",
        engine: { contextSize: 256, kvCacheTypes: ["f32", "f32"], threads: 1, flashAttention: false },
      },
    });
  });

  it("gives --raw prompts to the model without its chat template", async () => {
    const [chat, raw] = [await generated("-n", "1"), await generated("-n", "1", "--raw")];
    expect(raw.promptTokens).toBeLessThan(chat.promptTokens);
  });

  it("reads a path from where the user stands", async () => {
    const models = path.join(repositoryRoot, "models");
    const answer = await lab([...question, "-n", "2", "-m", "sprout/sprout-F16.gguf", "--json"], {
      cwd: repositoryRoot,
      env: { INIT_CWD: models },
    });
    expect(documentOf(answer)).toMatchObject({
      ok: true,
      data: { tokenIds: [expect.any(Number), expect.any(Number)] },
    });
  });

  it("says when prompt and answer do not fit the context", async () => {
    const { code, stderr } = await lab([...question, "-n", "500", "-c", "64"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .* 500 new ones do not fit into a context of \d+\n.*-c/);
  });
});

describe("lab generate refuses", () => {
  it.each([
    [["-m", "sprut:F16"], 2, 'unknown model "sprut"', "did you mean sprout?"],
    [["-m", "sprout:Q4_KM"], 2, 'unknown quantization "Q4_KM"', "did you mean Q4_K_M?"],
    [
      ["--backend", "engine", "-m", "sprout:float16"],
      2,
      "sprout:float16 is a model in hf form",
      "GGUF quantizations",
    ],
    [
      ["--backend", "engine", "-m", "sprout:mlx-4bit-g64"],
      2,
      "sprout:mlx-4bit-g64 is a model in mlx form",
      "GGUF quantizations",
    ],
    [["-n", "many"], 2, '-n "many"', "whole number"],
    [["-ctk", "q8"], 2, 'unknown KV cache type "q8"', "did you mean q8_0?"],
    [["-m", "./nowhere.gguf"], 1, "nowhere.gguf: no such file", "check the path"],
  ])("%j", async (values, exitCode, problem, remedy) => {
    const { code, stdout, stderr } = await lab([...question, ...values]);
    expect(code).toBe(exitCode);
    expect(stdout).toBe("");
    expect(stderr).toContain(problem);
    expect(stderr).toContain(remedy);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  });

  it("more memory than there is, and says what to type", async () => {
    for (const [typed, what, remedy] of [
      [
        ["-c", "2000000000"],
        "sprout:F16 with a context of 2000000000",
        'choose a smaller quantization or model, a smaller -c or smaller -ctk and -ctv, or ask "pnpm lab recommend" what fits',
      ],
      // That the context has to grow so far shows once the prompt is tokenized.
      [
        ["-n", "1000000000"],
        "a context of 1000000256",
        "set a smaller -n, or smaller -ctk and -ctv such as q8_0",
      ],
    ] as const) {
      const { code, stdout, stderr } = await lab([...question, "-n", "2", ...typed]);
      expect([code, stdout]).toEqual([1, ""]);
      const [problem, todo] = stderr.trimEnd().split("\n");
      expect(problem).toMatch(new RegExp(`^error: ${what} tokens needs about .* GiB of memory, .* is free$`));
      expect(todo).toBe(remedy);
    }
  });

  it("an option that the backend has not, by the flag that was typed", async () => {
    const { code, stderr } = await lab([
      ...question,
      "--backend",
      "mlx",
      "-m",
      "sprout:mlx-float32",
      "-c",
      "64",
    ]);
    expect([code, stderr]).toEqual([2, "error: mlx has nothing to set with -t\nleave out -t\n"]);
  });

  it.each(["engine", "session"])("%s logits that are no numbers, and streams nothing", async (backend) => {
    for (const weight of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const model = await writeBrokenModel(path.join(folder, "broken.gguf"), weight);
      for (const sampling of [[], ["--temp", "1"]]) {
        const typed = ["-m", model, "--backend", backend, "-n", "8", ...sampling];
        const { code, stdout, stderr } = await lab([...question, ...typed]);
        expect([code, stdout]).toEqual([1, ""]);
        expect(stderr).toMatch(
          /^error: \S+: gave no usable logits at position \d+\nget the model again: its weights are damaged\n$/,
        );
      }
    }
  });

  it.each(["engine", "session"])(
    "%s a model without a chat template, unless --raw is given",
    async (backend) => {
      const model = await writeModelWithoutTemplate(path.join(folder, "plain.gguf"));
      const typed = [...question, "-n", "2", "--backend", backend, "-m", model];
      const { code, stdout, stderr } = await lab(typed);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(
        /^error: .*plain\.gguf has no chat template\ngive --raw to put the prompt in as it is/,
      );
      expect((await lab([...typed, "--raw"])).code).toBe(0);
    },
  );

  it("a truncated file", async () => {
    const whole = (await resolveModel("sprout:F16")).path;
    const cut = path.join(folder, "cut.gguf");
    const { size } = await stat(whole);
    await using source = await open(whole);
    await using target = await open(cut, "w");
    const { buffer } = await source.read(Buffer.alloc(Math.floor(size / 2)), 0, Math.floor(size / 2), 0);
    await target.write(buffer);
    const { code, stdout, stderr } = await lab([...question, "-m", cut]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("truncated");
  });
});

describe("lab generate that is ended", () => {
  const long = [...question, "-n", "900", "-c", "1024", "--ignore-eos"];

  async function generating() {
    const child = startLab(long);
    const ended = new Promise((resolve) => child.once("close", resolve));
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    const below = processesStartedBy(child.pid!);
    expect(below).not.toEqual([]);
    return { child, ended, below };
  }

  it("by Ctrl-C exits 130 and leaves nothing running", async () => {
    const { child, ended, below } = await generating();
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(below.filter(isRunning)).toEqual([]);
  });

  it("because its engine's process was killed says so, and exits 1", async () => {
    const { child, ended, below } = await generating();
    let said = "";
    child.stderr?.on("data", (part) => (said += part));
    for (const pid of below) process.kill(pid, "SIGKILL");
    expect(await ended).toBe(1);
    expect(said).toMatch(/^error: llama\.cpp: its process was ended by SIGKILL .*\n.*pnpm lab doctor\n$/m);
  });

  it("by a kill that it cannot notice leaves nothing running", async () => {
    const { child, ended, below } = await generating();
    child.kill("SIGKILL");
    await ended;
    for (const pid of below) await vi.waitUntil(() => !isRunning(pid), 10_000);
  });
});

describe("TextStream", () => {
  it("gives the text of the whole, with every character whole", async () => {
    const text = "Grüße, “prices” rise 🌱🌳 – 価格 and fall.";
    const model = await resolveModel("sprout:F16");
    const loaded = await engineByName("engine").backend().load(model, new AbortController().signal);
    await using session = withTokenizer(loaded);
    const ids = await session.tokenize(text, { bos: false, special: false });
    const stream = new TextStream((part) => session.detokenize(part));
    const pieces: string[] = [];
    for (const id of ids) pieces.push(await stream.push(id));
    pieces.push(await stream.flush());
    expect(pieces.join("")).toBe(await session.detokenize(ids));
    expect(pieces.join("")).toContain("🌱🌳");
    for (const piece of pieces) expect(piece).not.toContain("\uFFFD");
  });
});
