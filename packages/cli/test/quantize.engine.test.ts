import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { repositoryRoot, sha256 } from "@quantlab/core";
import { ggufHeader, padded, planTensor, readGguf, tensorType } from "@quantlab/llama-capi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeBrokenModel } from "./changed-model.ts";
import { documentOf, lab, startLab } from "./lab.ts";

const shipped = path.join(repositoryRoot, "models/sprout/sprout-F16.gguf");
let folder: string;
let model: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-quantize-"));
  model = path.join(folder, "mine-F16.gguf");
  await copyFile(shipped, model);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = async () => (await readdir(folder)).sort();
const at = (name: string) => path.join(folder, name);

describe("lab quantize", () => {
  it("makes several types in one go, each with its history beside it", async () => {
    const { code, stdout } = await lab(["quantize", model, "--to", "q4_0,Q8_0+embed=Q6_K"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Q4_0 {2}[\d.]+ MiB {2}4\.\d+ bits per weight {2}sha256 [0-9a-f]{64}$/m);
    expect(await files()).toEqual([
      "mine-F16.gguf",
      "mine-Q4_0.gguf",
      "mine-Q4_0.gguf.json",
      "mine-Q8_0+embed=Q6_K.gguf",
      "mine-Q8_0+embed=Q6_K.gguf.json",
    ]);
    const types = readGguf(at("mine-Q8_0+embed=Q6_K.gguf")).tensors.map(({ type }) => type.name);
    expect(new Set(types)).toEqual(new Set(["F32", "Q8_0", "Q6_K"]));
  });

  it("whose file lab models info explains: what it is, from which bytes, every tensor", async () => {
    await lab(["quantize", model, "--to", "Q4_K_M", "--tensor-type", "blk.0.ffn_=Q8_0"]);
    const file = at("mine-Q4_K_M.gguf");
    const shown = await lab(["models", "info", file]);
    const source = sha256(await readFile(model));
    expect(shown.stdout).toMatch(
      new RegExp(`^quantize +llama.cpp .*type Q4_K_M +${source.slice(0, 12)}`, "m"),
    );
    expect(shown.stdout).toContain('tensorTypes {"blk.0.ffn_":"Q8_0"}');
    expect(shown.stdout).toMatch(/^blk\.\*\.ffn_up\.weight +Q8_0 +1 +8\.500 /m);
    expect(shown.stdout).toMatch(/^blk\.\*\.ffn_up\.weight +Q4_K +5 +4\.500 /m);
    const { stdout } = await lab(["models", "info", file, "--tensors"]);
    expect(stdout).toMatch(/^blk\.0\.ffn_up\.weight +Q8_0 +256 × 768 /m);
    const document = documentOf(await lab(["models", "info", file, "--tensors", "--json"]));
    expect(document).toMatchObject({ ok: true, data: { file: { provenance: [{ inputSha256: source }] } } });
    expect(document).toHaveProperty("data.tensors.length", readGguf(file).tensors.length);
  });

  it("forgets the history of a file whose bytes are others by now", async () => {
    await lab(["quantize", model, "--to", "Q8_0"]);
    await copyFile(model, at("mine-Q8_0.gguf"));
    const document = documentOf(await lab(["models", "info", at("mine-Q8_0.gguf"), "--json"]));
    expect(document).toMatchObject({ data: { ref: { quantization: "F16" }, file: { provenance: [] } } });
  });

  it("keeps a file that is there: the same is the answer, another is refused", async () => {
    const wanted = ["quantize", model, "--to", "Q4_0", "--output", at("small.gguf")];
    await lab(wanted);
    const before = await stat(at("small.gguf"));
    expect((await lab(wanted)).stdout).toContain("was there already");
    const other = await lab([...wanted, "--pure"]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain("small.gguf: exists already, and was made in another way");
    expect((await stat(at("small.gguf"))).mtimeMs).toBe(before.mtimeMs);
    const itself = await lab(["quantize", model, "--to", "Q4_0", "--output", model]);
    expect(itself.stderr).toContain("is the file to quantize from");
    const lies = at("lies.gguf.json");
    await writeFile(lies, "mine");
    const inTheWay = await lab(["quantize", model, "--to", "Q4_0", "--output", at("lies.gguf")]);
    expect(inTheWay.stderr).toContain("lies.gguf.json: is in the way");
    expect(await readFile(lies, "utf8")).toBe("mine");
  });

  it.each([
    ["Q8_0", "(?<=blk\\.)0=Q4_0", 'does not take "(?<=blk\\.)0" as a regular expression'],
    ["Q8_0", "a{1,99999}t=Q4_0", 'does not take "a{1,99999}t" as a regular expression'],
    ["Q8_0", "blk.[[:digit:]].attn_zzz=Q4_0", "no tensor of"],
  ])(
    "refuses an expression that llama.cpp does not take, before anything is written (%s)",
    async (to, typed, problem) => {
      const { code, stderr } = await lab(["quantize", model, "--to", to, "--tensor-type", typed]);
      expect([code, stderr.trim().split("\n").length], stderr).toEqual([2, 2]);
      expect(stderr).toContain(problem);
      expect(await files()).toEqual(["mine-F16.gguf"]);
    },
  );

  it("takes expressions as C++ writes them", async () => {
    const asked = ["quantize", model, "--to", "Q8_0", "--tensor-type", "blk.[[:digit:]].attn_k=Q4_0"];
    const { code, stderr } = await lab(asked);
    expect(code, stderr).toBe(0);
    const { tensors } = readGguf(at("mine-Q8_0.gguf"));
    expect(
      new Set(tensors.flatMap(({ name, type }) => (name.includes("attn_k.") ? [type.name] : []))),
    ).toEqual(new Set(["Q4_0"]));
  });

  it("tells the name of a type that is given by llama-quantize's number", async () => {
    const { code, stderr } = await lab(["quantize", model, "--to", "15"]);
    expect(code).toBe(2);
    expect(stderr).toContain("give its name: --to Q4_K_M");
  });

  it.each(["Q8_0", "F32", "Q4_K_M"])(
    "refuses weights that are no numbers, and leaves nothing (%s)",
    async (to) => {
      const broken = await writeBrokenModel(at("broken-F16.gguf"));
      const { code, stderr } = await lab(["quantize", broken, "--to", to]);
      expect([code, stderr.trim().split("\n").length], stderr).toEqual([1, 2]);
      expect(stderr).toContain("output_norm.weight");
      expect(await files()).toEqual(["broken-F16.gguf", "mine-F16.gguf"]);
    },
  );

  it("tells the size in a dry run, and writes nothing", async () => {
    const asked = ["quantize", model, "--to", "Q5_1,IQ2_XS", "--dry-run", "--json"];
    const document = documentOf(await lab(asked));
    expect(document).toMatchObject({ data: { files: [{ sha256: null }, { quantization: "IQ2_XS" }] } });
    expect(await files()).toEqual(["mine-F16.gguf"]);
    const { data } = document as unknown as { data: { files: { bytes: number }[] } };
    await lab(["quantize", model, "--to", "Q5_1"]);
    expect((await stat(at("mine-Q5_1.gguf"))).size).toBe(data.files[0]!.bytes);
  });

  it("uses an importance matrix, and says so in the history", async () => {
    const matrix = await writeMatrix(at("matrix.gguf"));
    const { code, stderr } = await lab(["quantize", model, "--to", "IQ2_XXS", "--imatrix", matrix]);
    expect(code, stderr).toBe(0);
    const { stdout } = await lab(["models", "info", at("mine-IQ2_XXS+imatrix.gguf")]);
    expect(stdout).toMatch(/^calibrate +unknown/m);
    expect(stdout).toContain(`importanceMatrix ${sha256(await readFile(matrix)).slice(0, 12)}…`);
    const nothing = await lab(["quantize", model, "--to", "F32", "--imatrix", matrix]);
    expect(nothing.stderr).toContain("--imatrix changes nothing in F32");
  });

  it("says which tensors cannot take the type, and what they get instead", async () => {
    const odd = await writeOddModel(at("odd.gguf"));
    const { code, stdout, stderr } = await lab(["quantize", odd, "--to", "Q4_K_S", "--output", at("out/")]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(
      "Q5_0 instead of Q4_K in 1 tensor, whose rows of 160 do not divide into its blocks:",
    );
    expect(stdout).toMatch(/^ +blk\.\*\.ffn_down\.weight$/m);
    const made = readGguf(at("out/odd-Q4_K_S.gguf")).tensors.find(({ name }) => name.includes("ffn_down"));
    expect(made?.type.name).toBe("Q5_0");
  });
});

describe("lab quantize refuses", () => {
  it("a type of one's own for embeddings whose rows it does not divide", async () => {
    const narrow = await writeOddModel(at("narrow.gguf"), { "token_embd.weight": [160, 32] });
    const { code, stderr } = await lab([
      "quantize",
      narrow,
      "--to",
      "Q8_0",
      "--token-embedding-type",
      "Q4_K",
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "token_embd.weight has rows of 160, which cannot be divided into the blocks of Q4_K",
    );
    expect(stderr).toMatch(/^choose one of .*Q8_0/m);
    expect(await files()).toEqual(["mine-F16.gguf", "narrow.gguf"]);
  });

  it("a quantized file with the reason, unless the double loss is accepted", async () => {
    await lab(["quantize", model, "--to", "Q8_0"]);
    const again = ["quantize", at("mine-Q8_0.gguf"), "--to", "Q4_0"];
    const { code, stderr } = await lab(again);
    expect(code).toBe(1);
    expect(stderr).toContain("is already quantized (Q8_0): Q4_0 made from it would carry the losses of both");
    expect(stderr).toContain("--allow-requantize");
    expect((await lab([...again, "--allow-requantize"])).code).toBe(0);
    const { stdout } = await lab(["models", "info", at("mine-Q4_0.gguf")]);
    expect(stdout.match(/^quantize +llama\.cpp/gm)).toHaveLength(2);
  });

  it.each([
    [["--to", "Q4_KM"], 'unknown quantization "Q4_KM"', "did you mean Q4_K_M?"],
    [["--to", "IQ2_XS"], "IQ2_XS needs an importance matrix", 'write "IQ2_XS+imatrix"'],
    [["--to", "Q4_0,Q4_0"], "--to names Q4_0 twice", ""],
    [["--to", "Q4_0", "--tensor-type", "ffn_down"], "is not an expression and a type", "ffn_down=Q6_K"],
    [
      ["--to", "Q4_0", "--output-tensor-type", "Q6K"],
      'unknown output tensor type "Q6K"',
      "did you mean Q6_K?",
    ],
    [
      ["--to", "Q4_0,Q8_0", "--output", "x.gguf"],
      "is one file, and --to names 2",
      'give a folder: --output "x/"',
    ],
    [["--to", "Q4_0+output=Q8_0"], "has no tensor of the class output", "name embed instead"],
    [["--to", "Q4_0", "--imatrix", shipped], "but no importance matrix", "llama-imatrix"],
  ])("%j", async (values, problem, remedy) => {
    const { code, stdout, stderr } = await lab(["quantize", model, ...values]);
    expect(code).not.toBe(0);
    expect(stdout).toBe("");
    expect(stderr.split("\n")[0]).toContain(problem);
    expect(stderr.split("\n")[1]).toContain(remedy);
    expect(await files()).toEqual(["mine-F16.gguf"]);
  });
});

describe("no half file stands under the name, and nothing is left over", () => {
  // One thread and a slow type: some seconds.
  const slow = () => ["quantize", model, "--to", "IQ3_S", "-t", "1"];
  const beginning = async () => {
    while (!(await files()).some((name) => name.endsWith(".tmp"))) await sleep(10);
  };

  it("at Ctrl-C", async () => {
    const child = startLab(slow());
    const said = text(child.stderr!);
    const ended = once(child, "close");
    await beginning();
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(await said).toContain("error: interrupted by SIGINT\n");
    expect(await files()).toEqual(["mine-F16.gguf"]);
  });

  it("when the command itself is killed", async () => {
    const child = startLab(slow());
    const ended = once(child, "close");
    await beginning();
    child.kill("SIGKILL");
    await ended;
    await expect.poll(files, { timeout: 10_000 }).toEqual(["mine-F16.gguf"]);
  });

  it.skipIf(process.platform === "win32")("when the disk takes no more", async () => {
    const { code, stderr } = await lab(["quantize", model, "--to", "Q8_0"], { largestFileKiB: 2048 });
    expect(code).toBe(1);
    expect(stderr).toContain("the output could not be written to its end");
    expect(await files()).toEqual(["mine-F16.gguf"]);
  });

  it("when the folder cannot be written", async () => {
    await writeFile(at("blocked"), "");
    const { code, stderr } = await lab(["quantize", model, "--to", "Q8_0", "--output", at("blocked/x.gguf")]);
    expect(code).toBe(1);
    expect(stderr).toContain("blocked");
    expect(await files()).toEqual(["blocked", "mine-F16.gguf"]);
  });
});

const float = tensorType("F32");
const zeros = (tensors: readonly { readonly bytes: number }[]) =>
  Buffer.alloc(tensors.reduce((sum, { bytes }) => sum + padded(bytes, 32), 0));

/** A matrix for the shipped model in which every column counts the same. */
async function writeMatrix(file: string): Promise<string> {
  const weights = readGguf(shipped).tensors.filter(({ name, shape }) => name.startsWith("blk") && shape[1]);
  const tensors = weights.flatMap(({ name, shape }) => [
    planTensor(`${name}.in_sum2`, [shape[0]!, 1], float),
    planTensor(`${name}.counts`, [1, 1], float),
  ]);
  const header = ggufHeader(
    {
      "general.type": "imatrix",
      "imatrix.datasets": ["even"],
      "imatrix.chunk_count": { u32: 1 },
      "imatrix.chunk_size": { u32: 512 },
    },
    tensors,
  );
  // Counts of nothing stand for columns that all count 1.
  await writeFile(file, Buffer.concat([header, zeros(tensors)]));
  return file;
}

/** A Llama of one layer whose feed-forward rows no K-quant can divide, or with other shapes. */
async function writeOddModel(file: string, others: Record<string, number[]> = {}): Promise<string> {
  const shapes: Record<string, number[]> = {
    "token_embd.weight": [256, 32],
    "output_norm.weight": [256],
    "blk.0.attn_norm.weight": [256],
    "blk.0.attn_q.weight": [256, 256],
    "blk.0.attn_k.weight": [256, 256],
    "blk.0.attn_v.weight": [256, 256],
    "blk.0.attn_output.weight": [256, 256],
    "blk.0.ffn_norm.weight": [256],
    "blk.0.ffn_gate.weight": [256, 160],
    "blk.0.ffn_up.weight": [256, 160],
    "blk.0.ffn_down.weight": [160, 256],
    ...others,
  };
  const tensors = Object.entries(shapes).map(([name, shape]) => planTensor(name, shape, float));
  const llama = (name: string, u32: number) => [`llama.${name}`, { u32 }] as const;
  const header = ggufHeader(
    {
      "general.architecture": "llama",
      "general.file_type": { u32: 0 },
      "tokenizer.ggml.model": "no_vocab",
      ...Object.fromEntries([
        llama("block_count", 1),
        llama("context_length", 64),
        llama("embedding_length", 256),
        llama("feed_forward_length", 160),
        llama("attention.head_count", 4),
        llama("vocab_size", 32),
      ]),
      "llama.attention.layer_norm_rms_epsilon": { f32: 1e-5 },
    },
    tensors,
  );
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, Buffer.concat([header, zeros(tensors)]));
  return file;
}
