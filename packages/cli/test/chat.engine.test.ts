import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ChatMessage } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { documentOf, lab } from "./lab.ts";
import { processesStartedBy } from "./processes.ts";
import { PseudoTerminal } from "./pseudo-terminal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-chat-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const chat = ["chat", "-m", "sprout:F16", "-t", "1", "--temp", "0", "-n", "40"];
const file = (name: string) => path.join(folder, name);

interface Talked {
  readonly messages: readonly ChatMessage[];
  readonly answers: readonly {
    readonly text: string;
    readonly promptTokens: number;
    readonly cachedTokens: number;
    readonly ttftMs: number;
  }[];
}
async function talked(stdin: string, ...more: string[]): Promise<Talked> {
  const answer = await lab([...chat, ...more, "--json"], { stdin });
  expect(answer.code, answer.stderr).toBe(0);
  const document = documentOf(answer);
  return (document.ok ? document.data : null) as unknown as Talked;
}

describe("lab chat through a pipe", () => {
  it("answers line by line, and reads of each turn what is new", async () => {
    const { messages, answers } = await talked("What is inflation?\n\nAnd why?\n");
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
    expect(messages.map(({ content }) => content)).toEqual([
      "What is inflation?",
      answers[0]!.text,
      "And why?",
      answers[1]!.text,
    ]);
    expect(answers[0]!.cachedTokens).toBe(0);
    expect(answers[1]!.cachedTokens).toBeGreaterThan(answers[0]!.promptTokens - 1);
    expect(answers[1]!.promptTokens).toBeGreaterThan(answers[1]!.cachedTokens);
  });

  it("tells of no kept tokens on an engine that reads them again", async () => {
    const { answers } = await talked("What is inflation?\nAnd why?\n", "--backend", "session");
    expect(answers.map(({ cachedTokens }) => cachedTokens)).toEqual([0, 0]);
  });

  it("says the same of a conversation that it read anew", async () => {
    const kept = file("kept.json");
    const { answers } = await talked(`What is inflation?\n/save ${kept}\nAnd why?\n`);
    const again = await talked("And why?\n", "--load", kept);
    expect(again.answers[0]!.cachedTokens).toBe(0);
    expect(again.answers[0]!.text).toBe(answers[1]!.text);
    expect(again.answers[0]!.promptTokens).toBe(answers[1]!.promptTokens);
  });

  it("streams the answers alone to stdout", async () => {
    const { code, stdout } = await lab(chat, { stdin: "What is inflation?\n" });
    const { answers } = await talked("What is inflation?\n");
    expect([code, stdout.trimEnd()]).toEqual([0, answers[0]!.text.trimEnd()]);
  });

  it("tells the model what --system and /system say, and draws the same with the same seed", async () => {
    const sampled = ["--temp", "1", "--seed", "7"];
    const plain = await talked("Hello\n", ...sampled);
    const told = await talked("Hello\n", "--system", "You are a pirate.", ...sampled);
    expect(told.messages[0]).toEqual({ role: "system", content: "You are a pirate." });
    expect(told.answers[0]!.promptTokens).toBeGreaterThan(plain.answers[0]!.promptTokens);
    expect((await talked("/system You are a pirate.\nHello\n", ...sampled)).answers[0]!.text).toBe(
      told.answers[0]!.text,
    );
    expect((await talked("/reset\nHello\n", ...sampled)).answers[0]!.text).toBe(plain.answers[0]!.text);
  });

  it("goes on with another model", async () => {
    const { messages, answers } = await talked("Hello\n/model sprout:Q4_K_M\nAnd why?\n");
    expect(messages).toHaveLength(4);
    expect(answers[1]!.cachedTokens).toBe(0);
  });

  it.each([
    ["/sav x", 'unknown command "/sav"', "did you mean /save?"],
    ["/save", "/save takes a file", "write /save <file>"],
    ["/reset all", '/reset takes nothing, and got "all"', "write /reset alone"],
    ["/load nowhere.json", "nowhere.json", ""],
    ["/model sprout:Q9", "Q9", ""],
  ])(
    "%j is told in one line, and what was meant as a whole is not gone on with",
    async (line, said, remedy) => {
      const { code, stdout, stderr } = await lab(chat, { stdin: `${line}\nHello\n` });
      expect([code === 0, stdout]).toEqual([false, ""]);
      expect(stderr).toContain(said);
      expect(stderr).toContain(remedy);
    },
  );

  it("refuses to save over a file that is not a conversation, which stays", async () => {
    await writeFile(file("notes.txt"), "mine");
    const { code, stderr } = await lab(chat, { stdin: `/save ${file("notes.txt")}\n` });
    expect(code).not.toBe(0);
    expect(stderr).toContain("exists already, and the lab did not write it");
    expect(await readFile(file("notes.txt"), "utf8")).toBe("mine");
  });

  it("never cuts a conversation that is too long: both numbers, and what to do", async () => {
    const { code, stderr } = await lab([...chat, "-c", "64"], { stdin: `${"word ".repeat(400)}\n` });
    expect(code).toBe(2);
    expect(stderr).toMatch(/the conversation has \d{3} tokens, and its context has room for 256/);
    expect(stderr).toContain("a larger -c");
  });
});

describe("lab chat on a terminal", () => {
  function terminal(...more: string[]): PseudoTerminal {
    const started = new PseudoTerminal([...chat, ...more]);
    onTestFinished(() => started.end());
    return started;
  }
  const engineOf = ({ pid }: PseudoTerminal) =>
    processesStartedBy(pid).find((each) =>
      execFileSync("ps", ["-o", "args=", "-p", String(each)], { encoding: "utf8" }).includes(
        "engine-process",
      ),
    )!;

  it("takes a paste of several lines as one turn, emoji, and another width", async () => {
    const kept = file("talk.json");
    const screen = terminal();
    await screen.until(/sprout:F16 on llama\.cpp.*\n> $/s);
    await screen.enter("What is inflation?", /\S.*\n> $/s);
    screen.resize(40);
    screen.type("\x1b[200~two\rlines\x1b[201~");
    await screen.enter(" 👩‍🚀 é", /\n[^\n]+\n> $/s);
    // The arrow up brings the last line back, Ctrl-U takes it away.
    screen.type("\x1b[A\x15");
    await screen.enter("/stats", /conversation: \d+ of 4096 tokens\n.*kept from before.*tok\/s\n> $/s);
    await screen.enter(`/save ${kept}`, /wrote .*\n> $/s);
    screen.type("\x04");
    expect(await screen.ended()).toBe(0);
    const { messages } = JSON.parse(await readFile(kept, "utf8")) as { messages: ChatMessage[] };
    expect(messages.filter(({ role }) => role === "user").map(({ content }) => content)).toEqual([
      "What is inflation?",
      "two\nlines 👩‍🚀 é",
    ]);
  });

  it("stops an answer at Ctrl-C and goes on; twice in a row leaves", async () => {
    const screen = terminal();
    await screen.until(/> $/);
    // An engine that waits cannot be faster than a key.
    const engine = engineOf(screen);
    process.kill(engine, "SIGSTOP");
    screen.type("What is inflation?\r");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    screen.type("\x03");
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(engine, "SIGCONT");
    await screen.until(/stopped: what was said stays in the conversation\n> $/);
    await screen.enter("And why?", /And why\?\n.*\S.*\n> $/s);
    screen.type("half a line\x03");
    await screen.until(/Ctrl-C once more leaves\n.*> $/s);
    screen.type("\x03");
    expect(await screen.ended()).toBe(0);
  });

  it("tells what was wrong and goes on", async () => {
    const screen = terminal();
    await screen.until(/> $/);
    await screen.enter("/lod x", /error: unknown command "\/lod"[^\n]*\n[^\n]*\/load[^\n]*\n> $/s);
    await screen.enter("Hello", /Hello\n.*\S.*\n> $/s);
  });

  it("loads the model again where its process died, and keeps the conversation as it was", async () => {
    const kept = file("after.json");
    const screen = terminal();
    await screen.until(/> $/);
    await screen.enter("Hello", /Hello\n.*\S.*\n> $/s);
    process.kill(engineOf(screen), "SIGKILL");
    await screen.enter("And why?", /its process was ended by SIGKILL.*\n> $/s);
    await screen.enter("And why?", /And why\?\n.*\S.*\n> $/s);
    await screen.enter(`/save ${kept}`, /wrote .*\n> $/s);
    const { messages } = JSON.parse(await readFile(kept, "utf8")) as { messages: ChatMessage[] };
    expect(messages.map(({ content }) => content).filter((_, index) => index % 2 === 0)).toEqual([
      "Hello",
      "And why?",
    ]);
  });
});
