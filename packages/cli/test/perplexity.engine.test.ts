import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { plainText, repositoryRoot } from "@quantlab/core";
import { Model } from "@quantlab/llama-capi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeBrokenModel, writeOtherVocabulary } from "./changed-model.ts";
import { documentOf, lab } from "./lab.ts";

const text = path.join(repositoryRoot, "models/sprout/text/test.txt");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-perplexity-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function scored(...more: string[]) {
  const document = documentOf(await lab(["perplexity", "-f", text, "-t", "1", "--json", ...more]));
  if (!document.ok) throw new Error(document.error.message);
  return document.data as unknown as {
    text: { file: string; tokens: number };
    chunkSize: number;
    chunks: number;
    scoredTokens: number;
    metrics: Record<string, number>;
    errors: Record<string, number>;
    withCut: { metrics: Record<string, number>; errors: Record<string, number> } | null;
    peakRssBytes: number;
  };
}

async function refused(...values: string[]) {
  const answer = await lab(["perplexity", "-t", "1", "--json", ...values]);
  const document = documentOf(answer);
  if (document.ok) throw new Error("it was not refused");
  return { ...document.error, exitCode: answer.code };
}

describe("lab perplexity", () => {
  it("scores a text alone, in chunks of the size that is asked for", async () => {
    const found = await scored("--chunks", "3", "-c", "128");
    expect(found).toMatchObject({
      text: { file: "models/sprout/text/test.txt" },
      chunkSize: 128,
      chunks: 3,
      scoredTokens: 3 * 63,
      withCut: null,
    });
    expect(Object.keys(found.metrics)).toEqual(["perplexity", "bitsPerByte"]);
    expect(found.metrics.perplexity).toBeGreaterThan(1.2);
    expect(found.metrics.perplexity).toBeLessThan(3);
    expect(found.errors.perplexity).toBeGreaterThan(0);
    expect(found.metrics.bitsPerByte).toBeLessThan(found.metrics.perplexity!);
  });

  it("reads a text as text: what it spells out is no special token, and its last newline is the file's", async () => {
    const turns = Array.from(
      { length: 40 },
      (_, turn) => `<|im_start|>user\nTurn ${turn}, please.<|im_end|>\n`,
    );
    const file = path.join(folder, "turns.txt");
    await writeFile(file, turns.join(""));
    using vocabulary = Model.load(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"), {
      vocabOnly: true,
    });
    const plain = vocabulary.tokenize(turns.join("").replace(/\n$/, ""), plainText);
    expect(plain).not.toContain(vocabulary.eot);
    expect((await scored("-f", file, "-c", "64")).text.tokens).toBe(plain.length);
  });

  it("warns of chunks beyond what the model was trained on, with both numbers", async () => {
    const asked = ["perplexity", "-f", text, "-t", "1", "-c", "2048", "--chunks", "1"];
    const { code, stderr } = await lab(asked);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^warning: 2048 tokens in a row are more than the 1024 that/m);
    expect((await lab([...asked.slice(0, 6), "512", "--chunks", "1"])).stderr).not.toContain("warning");
  });

  it("scores what MLX reads against a file of llama.cpp's: full weights do not diverge", async () => {
    const models = ["-m", "sprout:mlx-float32", "--reference", "sprout:F16"];
    const document = documentOf(
      await lab(["perplexity", "-f", text, "--json", ...models, "-c", "128", "--chunks", "2"]),
    );
    const { metrics } = (document as unknown as { data: { metrics: Record<string, number> } }).data;
    expect(metrics.kldMean).toBeLessThan(1e-4);
    expect(metrics.perplexity).toBeCloseTo(metrics.referencePerplexity!, 2);
  });

  it("gives every figure of the divergence from a reference, with the cut and without", async () => {
    const options = ["-m", "sprout:Q2_K", "--reference", "sprout:F16", "--chunks", "2"];
    const { metrics, errors, withCut } = await scored(...options);
    const quantiles = ["kldMin", "kldMedian", "kldP90", "kldP95", "kldP99", "kldP999", "kldMax"];
    for (const figures of [metrics, withCut!.metrics]) {
      const values = quantiles.map((name) => figures[name]!);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      expect(figures.kldMean).toBeGreaterThan(0.001);
      expect(figures.kldMean).toBeLessThan(figures.kldMax!);
    }
    expect(metrics.lnPerplexityRatio).toBeCloseTo(
      Math.log(metrics.perplexity! / metrics.referencePerplexity!),
      9,
    );
    expect(metrics.topTokenAgreement).toBeGreaterThan(0.8);
    expect(Math.abs(metrics.meanDeltaP!)).toBeLessThan(metrics.rmsDeltaP!);
    for (const name of ["kldMean", "lnPerplexityRatio", "topTokenAgreement", "meanDeltaP", "rmsDeltaP"]) {
      expect(errors[name]).toBeGreaterThan(0);
    }
    const printed = await lab(["perplexity", "-f", text, "-t", "1", ...options]);
    expect(printed.code).toBe(0);
    expect(printed.stdout).toContain("sprout:Q2_K against sprout:F16");
    expect(printed.stdout).toContain(metrics.kldP999!.toFixed(6));
    expect(printed.stdout).toContain(`${(100 * metrics.rmsDeltaP!).toFixed(3)} ± `);
  });

  it("finds nothing between a model and itself", async () => {
    const { metrics } = await scored("-m", "sprout:F16", "--reference", "sprout:F16", "--chunks", "1");
    expect(metrics).toMatchObject({
      kldMax: 0,
      kldMin: 0,
      topTokenAgreement: 1,
      rmsDeltaP: 0,
      lnPerplexityRatio: 0,
    });
  });

  it("holds a model of another engine against a GGUF, by token id", async () => {
    const { metrics } = await scored("-m", "sprout:float32", "--reference", "sprout:F16", "--chunks", "2");
    expect(metrics.topTokenAgreement).toBeGreaterThan(0.99);
    expect(metrics.kldMean).toBeLessThan(1e-4);
    expect(metrics.lnPerplexityRatio).toBeCloseTo(0, 3);
  });

  it("wants a text of two chunks, and says which chunks would do", async () => {
    const short = path.join(folder, "short.txt");
    await writeFile(short, (await readFile(text, "utf8")).slice(0, 1500));
    const error = await refused("-f", short);
    expect(error.message).toMatch(/short\.txt: has \d+ tokens$/);
    expect(error.remedy).toMatch(
      /chunks of 512 tokens need at least 1024: take a longer text or smaller chunks/,
    );
    const answer = await lab(["perplexity", "-t", "1", "-f", short, "-c", "64"]);
    expect(answer.code).toBe(0);
  });

  it("refuses a reference that has another vocabulary, and says where the text's tokens part", async () => {
    const other = await writeOtherVocabulary(path.join(folder, "other.gguf"));
    const asked = ["-f", text, "-m", "sprout:F16", "--chunks", "1", "--reference", other];
    expect(await refused(...asked)).toMatchObject({
      code: "OTHER_TOKENS",
      message: expect.stringMatching(/test\.txt is other tokens .* from token \d+ on: \d+ there, \d+ here$/),
      remedy: expect.stringContaining("quantizations of one model"),
      exitCode: 1,
    });
  });

  it("says where a logit is no number, of the model as of the reference", async () => {
    const broken = await writeBrokenModel(path.join(folder, "broken.gguf"));
    const asked = ["-f", text, "--chunks", "1"];
    const place = "llama.cpp: gave no usable logits at position 256 of chunk 1";
    expect((await refused(...asked, "-m", broken)).message).toBe(place);
    expect((await refused(...asked, "-m", "sprout:F16", "--reference", broken)).message).toBe(place);
    expect((await refused(...asked, "-m", broken, "--reference", "sprout:F16")).message).toBe(place);
  });

  it("reads UTF-16 by its mark, and names the encoding of a text that is neither", async () => {
    const words = (await readFile(text, "utf8")).slice(0, 3000);
    const inBytes = async (name: string, bytes: Buffer) => {
      await writeFile(path.join(folder, name), bytes);
      return path.join(folder, name);
    };
    const asked = ["-c", "64", "--chunks", "2", "-f"];
    const plain = await scored(...asked, await inBytes("plain.txt", Buffer.from(words)));
    const wide = await scored(...asked, await inBytes("wide.txt", Buffer.from(`\ufeff${words}`, "utf16le")));
    expect(wide.metrics.perplexity).toBe(plain.metrics.perplexity);
    const latin = Buffer.from("Le café est fermé à Noël, où étiez-vous ? ".repeat(40), "latin1");
    expect(await refused("-f", await inBytes("latin1.txt", latin))).toMatchObject({
      message: expect.stringMatching(/latin1\.txt: is not UTF-8: it looks like (ISO-8859-1|windows-1252)/),
      remedy: expect.stringMatching(/iconv -f \S+ -t UTF-8/),
    });
  });

  it("names the text or the reference that is not there", async () => {
    expect(await refused()).toMatchObject({ message: "there is no text to score", exitCode: 2 });
    const lost = path.join(folder, "lost");
    expect((await refused("-f", lost)).message).toContain(`${lost}: is no file`);
    const reference = await refused("-f", text, "--reference", `${lost}.gguf`);
    expect(reference.message).toContain("lost.gguf");
    expect(reference.exitCode).toBe(1);
  });
});
