import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ReadySubject, repositoryRoot, shippedPath, texts } from "@quantlab/core";
import { resolveModel } from "@quantlab/engines";
import { expect, test } from "vitest";
import { generate } from "../src/generate/scenario.ts";
import { type PromptName, promptNames, prompts } from "../src/prompts/catalogue.ts";

const { signal } = new AbortController();
const sized = promptNames.filter((name) => "tokens" in prompts[name]);

async function subjectOf(reference: string): Promise<ReadySubject> {
  const subject = { model: reference, engine: "llamacpp-engine", options: { threads: 1, gpu: false } };
  const model = await resolveModel(reference);
  return { subject, model, beside: {}, version: null, environment: {}, places: {} };
}

/** What an arm with this prompt is given. */
async function settled(prompt: PromptName, reference = "sprout:F16") {
  const subject = await subjectOf(reference);
  const context = { signal, baseline: "one", reference: null, silenceMs: 60_000 };
  const [arm] = await generate.settle!(
    [{ name: "one", subject, workload: { prompt, newTokens: 2 } }],
    context,
  );
  return { ...arm!.workload, ids: arm!.settled.promptIds };
}

test.each(sized)("%s is as long as its name says, to a word", async (name) => {
  const { tokens } = prompts[name] as { readonly tokens: number };
  const { ids, promptTokens } = await settled(name);
  expect(promptTokens).toBe(ids.length);
  expect(ids.length).toBeLessThanOrEqual(tokens);
  // No word of the text has so many tokens.
  expect(ids.length).toBeGreaterThan(tokens - 12);
  expect(tokens).toBe(name.includes("-1k@") ? 1000 : 4000);
});

test("a longer prompt has more of the same text, and the question behind it", async () => {
  const text = await readFile(await shippedPath(texts["sprout-test@1"]), "utf8");
  const [short, long] = [await settled("summary-1k@1"), await settled("summary-4k@1")];
  const story = (prompt: string) => prompt.split("island:\n\n")[1]!.split("\n\nSay in one paragraph")[0]!;
  expect(text.startsWith(story(long.promptText!))).toBe(true);
  expect(story(long.promptText!).startsWith(story(short.promptText!))).toBe(true);
  expect(short.promptText).toMatch(/<\|im_start\|>user\n[\s\S]*what people there do for each other/);
});

test("a fact is hidden in the middle, behind a sentence, and asked for at the end", async () => {
  const { promptText = "" } = await settled("retrieval-4k@1");
  const at = promptText.indexOf("The spare key to the lighthouse of Greyport hangs");
  expect(at / promptText.length).toBeGreaterThan(0.4);
  expect(at / promptText.length).toBeLessThan(0.6);
  expect(promptText.slice(at - 2, at)).toMatch(/[."] $/);
  expect(promptText).toMatch(/Where does the spare key [\s\S]{0,120}$/);
  const text = await readFile(await shippedPath(texts["sprout-test@1"]), "utf8");
  expect(text).not.toContain("beehive.");
});

test("the words alone are read by a model that has no chat template", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "quantlab-prompts-"));
  try {
    const bytes = await readFile(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"));
    bytes.write("tokenizer.chat_nonesuch", bytes.indexOf("tokenizer.chat_template"));
    const file = path.join(folder, "base.gguf");
    await writeFile(file, bytes);
    expect((await settled("inflation@1", file)).promptText).toBe("What is inflation?");
    const { promptText = "", ids } = await settled("summary-1k@1", file);
    expect(promptText.startsWith("Here are some stories")).toBe(true);
    expect(ids.length).toBeGreaterThan(988);
  } finally {
    await rm(folder, { recursive: true });
  }
});
