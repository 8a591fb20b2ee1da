import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repositoryRoot } from "@quantlab/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentOf, lab } from "./lab.ts";

const hf = path.join(repositoryRoot, "models/sprout/hf");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-cli-convert-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("converts a folder to GGUF where the user stands, and tells its history", async () => {
  const wanted = ["convert", hf, "--to", "f16", "--model-name", "Sprout", "-o", "own.gguf", "--json"];
  const document = documentOf(await lab(wanted, { cwd: folder }));
  expect(document).toMatchObject({ ok: true, data: { model: { form: "gguf", quantization: "F16" } } });
  const [ours, shipped] = [path.join(folder, "own.gguf"), path.join(hf, "../sprout-F16.gguf")];
  expect((await readFile(ours)).equals(await readFile(shipped))).toBe(true);
  const info = documentOf(await lab(["models", "info", ours, "--json"]));
  expect(info).toHaveProperty("data.file.provenance.0.step", "convert");
});

it("converts to MLX form by flags, and copies it to a folder of the user's", async () => {
  const output = path.join(folder, "packed");
  const convert = async (bits: string) =>
    documentOf(await lab(["convert", "sprout", "--to", "mlx", "--bits", bits, "-o", output, "--json"]));
  const made = await convert("8");
  expect(made).toMatchObject({ ok: true, data: { model: { form: "mlx", quantization: "mlx-8bit-g64" } } });
  expect(await readdir(output)).toContain("config.json");
  // What is there is kept: the answer where it was made in the same way, in the way otherwise.
  expect(await convert("8")).toEqual(made);
  expect(await convert("4")).toMatchObject({ ok: false, error: { code: "BAD_FILE" } });
});

it("reads what it wrote: full weights in MLX form are known by the history beside them", async () => {
  const output = path.join(folder, "full-weights");
  const { code, stderr } = await lab(["convert", "sprout", "--to", "mlx", "-o", output]);
  expect(code, stderr).toBe(0);
  const info = documentOf(await lab(["models", "info", output, "--json"]));
  expect(info).toMatchObject({ ok: true, data: { ref: { form: "mlx" } } });
  const said = documentOf(
    await lab(["generate", "-m", output, "--backend", "mlx", "-p", "What is hot?", "-n", "2", "--json"]),
  );
  expect(said).toMatchObject({ ok: true, data: { model: { form: "mlx" } } });
});

it.skipIf(process.platform === "win32")("leaves nothing when the disk takes no more", async () => {
  const output = path.join(folder, "full/x.gguf");
  const wanted = ["convert", hf, "--to", "F16", "-o", output];
  const { code, stderr } = await lab(wanted, { largestFileKiB: 2048 });
  expect(code).toBe(1);
  expect(stderr).toContain("its disk is full");
  expect(await readdir(path.dirname(output))).toEqual([]);
});

it("says in one line what it cannot do", async () => {
  const refused = async (...values: string[]) => {
    const { code, stderr } = await lab(["convert", ...values]);
    expect(code).not.toBe(0);
    expect(stderr.trim().split("\n")).toHaveLength(2);
    return stderr;
  };
  expect(await refused("./absent", "--to", "F16")).toContain("absent: cannot be read as a folder");
  expect(await refused(folder, "--to", "F16")).toContain("holds no weights");
  expect(await refused("sprout", "--to", "Q4_K_M")).toContain('unknown GGUF type "Q4_K_M"');
  expect(await refused("sprout", "--to", "F16", "--bits", "4")).toContain("--bits says how MLX packs");
  expect(await refused("sprout", "--to", "mlx", "--bits", "7")).toContain("the number of bits is 7");
  expect(await refused("sprout", "--to", "mlx-4bit-g64", "--bits", "4")).toContain("says all already");
  expect(await refused("spruot", "--to", "F16")).toContain('unknown model "spruot"');
});
