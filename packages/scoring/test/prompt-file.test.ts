import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPrompts } from "../src/index.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-prompts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function prompts(lines: readonly (object | string)[], raw = false) {
  const file = path.join(folder, "mine.jsonl");
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  await writeFile(file, text);
  return readPrompts(file, { raw });
}

describe("a prompts file", () => {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "What is inflation?" },
  ];

  it("has a prompt or a conversation a line, and whatever else people keep there", async () => {
    const file = await prompts([{ prompt: "Hello", id: 7 }, "", { messages }]);
    expect(file.prompts).toEqual([
      { line: 1, messages: [{ role: "user", content: "Hello" }] },
      { line: 3, messages },
    ]);
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("gives prompts as they are where no template is wanted", async () => {
    expect((await prompts([{ prompt: "Once upon" }], true)).prompts).toEqual([
      { line: 1, text: "Once upon" },
    ]);
    await expect(prompts([{ prompt: "Once" }, { messages }], true)).rejects.toThrow(
      /line 2: "messages" need/,
    );
  });

  it("counts what is said twice once, and says where", async () => {
    const again = { messages: [{ role: "user", content: "Hello" }] };
    const file = await prompts([{ prompt: "Hello" }, { prompt: "Bye" }, again, { prompt: "Hello", id: 2 }]);
    expect(file.prompts.map(({ line }) => line)).toEqual([1, 2]);
    expect(file.repeated).toEqual([
      { line: 3, of: 1 },
      { line: 4, of: 1 },
    ]);
  });

  it.each([
    [["{"], /mine\.jsonl: line 1: is not JSON/],
    [[{ prompt: "a" }, '["b"]'], /line 2: is not a JSON object/],
    [[{ promt: "a" }], /line 1: "prompt" must be a text that is not empty; it is missing/],
    [[{ prompt: "" }], /line 1: "prompt" must be a text that is not empty; it is ""/],
    [[{ prompt: 3 }], /"prompt" must be a text that is not empty; it is 3/],
    [[{ prompt: "a", messages }], /line 1: has both "prompt" and "messages"/],
    [[{ messages: [] }], /line 1: "messages" must be a list of 1 or more objects; it is \[\]/],
    [
      [{ messages: [{ role: "bot", content: "a" }] }],
      /"messages\[0\]\.role" must be one of system, user, assistant; it is "bot"/,
    ],
    [
      [{ messages: [messages[0]!, { role: "user" }] }],
      /"messages\[1\]\.content" must be a text that is not empty; it is missing/,
    ],
    [["", "  "], /mine\.jsonl: has no prompts/],
  ] as const)("%j is refused by line and field", async (lines, message) => {
    await expect(prompts(lines)).rejects.toThrow(message);
  });

  it("that is not there, or no text, is refused", async () => {
    await expect(readPrompts(path.join(folder, "none.jsonl"), { raw: false })).rejects.toThrow(
      /cannot be read/,
    );
  });
});
