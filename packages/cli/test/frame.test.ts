import { describe, expect, it } from "vitest";
import { expandLlamaFlags } from "../src/frame/llama-flags.ts";
import { documentOf, lab } from "./lab.ts";

describe("lab", () => {
  it("lists its verbs on --help", async () => {
    const { code, stdout } = await lab(["--help"]);
    expect(code).toBe(0);
    for (const verb of ["doctor", "models", "generate"]) expect(stdout).toContain(verb);
  });

  it("without a verb shows the help on stderr and exits 2", async () => {
    const { code, stdout, stderr } = await lab([]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain("Usage: pnpm lab");
  });

  it.each([
    [["genrate"], 'unknown command "genrate"', "did you mean generate?"],
    [["models", "lst"], 'unknown command "lst"', "did you mean list?"],
    [["generate", "--promt", "x"], 'unknown option "--promt"', "did you mean --prompt?"],
    [["doctor", "now"], "too many arguments", "see pnpm lab doctor --help"],
  ])("answers %j with what is wrong and the remedy, exit code 2", async (values, problem, remedy) => {
    const { code, stdout, stderr } = await lab(values);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    const [first, second, ...rest] = stderr.trimEnd().split("\n");
    expect(first).toMatch(/^error: /);
    expect(first).toContain(problem);
    expect(second).toBe(remedy);
    expect(rest).toEqual([]);
  });

  it("puts a usage error into the one document of --json", async () => {
    const answer = await lab(["generate", "--json", "--promt", "x"]);
    expect(answer.code).toBe(2);
    expect(documentOf(answer)).toMatchObject({ command: "generate", ok: false, error: { code: "USAGE" } });
  });

  it("adds the stack only with --verbose", async () => {
    expect((await lab(["generate", "-n", "0"])).stderr).not.toContain("    at ");
    expect((await lab(["generate", "-n", "0", "--verbose"])).stderr).toContain("    at ");
  });

  it.each(["quantize", "perplexity", "imatrix", "eval", "generate", "bench"])(
    "%s warns of more threads than cores, and goes on",
    async (verb) => {
      const { stderr } = await lab([verb, "-t", "999", "--no-such-flag"]);
      const [first, second] = stderr.split("\n");
      expect(first).toMatch(/^warning: -t 999: 999 threads share \d+ cores? and wait for each other$/);
      expect(second).toMatch(/^error: /);
      expect((await lab([verb, "-t", "1", "--no-such-flag"])).stderr).not.toContain("warning");
    },
  );

  it("writes no colours where there is no terminal", async () => {
    const { stderr } = await lab(["genrate"]);
    expect(stderr).not.toContain("\u001b");
  });
});

describe("expandLlamaFlags", () => {
  it("rewrites flags of several letters and leaves texts that look like them alone", () => {
    expect(expandLlamaFlags(["generate", "-ctk", "q8_0", "-fa", "on", "-p", "-ngl"])).toEqual([
      "generate",
      "--cache-type-k",
      "q8_0",
      "--flash-attn",
      "on",
      "-p",
      "-ngl",
    ]);
  });
});
