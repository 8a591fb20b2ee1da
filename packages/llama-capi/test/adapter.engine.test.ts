import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Adapter, Context, Model } from "../src/index.ts";
import { ggufBytes } from "./gguf-bytes.ts";
import { small, sprout } from "./sprout.ts";

let folder: string;
let model: Model;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-adapter-"));
  model = Model.load(sprout, { gpu: false });
});
afterAll(async () => {
  model[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

/** A rank-1 adapter on one matrix of `width` inputs. */
async function adapterFile(width: number): Promise<string> {
  const file = path.join(folder, `${width}.gguf`);
  const metadata = {
    "general.type": "adapter",
    "general.architecture": "llama",
    "adapter.type": "lora",
    "adapter.lora.alpha": 1,
  };
  const values = (scale: number) => Float32Array.from({ length: width }, (_, i) => Math.sin(i) * scale);
  const tensors = [
    { name: "blk.0.attn_v.weight.lora_a", shape: [width, 1], values: values(1) },
    { name: "blk.0.attn_v.weight.lora_b", shape: [1, width], values: values(2) },
  ];
  await writeFile(file, ggufBytes(metadata, tensors));
  return file;
}

test("an adapter changes the logits by its scale, and taking it off restores them", async () => {
  using context = new Context(model, small);
  using adapter = new Adapter(model, await adapterFile(model.embeddingSize));
  const ids = model.tokenize("What is inflation?", { special: true });
  const logits = (scale: number | null) => {
    context.setAdapters(scale === null ? [] : [{ adapter, scale }]);
    context.clear();
    context.decode(ids);
    return context.logits(-1).slice();
  };
  const plain = logits(null);
  const full = logits(1);
  expect(full).not.toEqual(plain);
  expect(logits(0.1)).not.toEqual(full);
  expect(logits(null)).toEqual(plain);
});

test("an adapter of another shape, and a model given as one, are refused in the library's words", async () => {
  const wide = await adapterFile(512);
  expect(() => new Adapter(model, wide)).toThrow(/cannot load the adapter .*tensor 'blk\.0\.attn_v\.weight'/);
  expect(() => new Adapter(model, sprout)).toThrow(
    /cannot load the adapter .*expect general\.type to be 'adapter'/,
  );
});
