import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentOf, lab } from "./lab.ts";

const patience = 1_800_000;

describe("lab setup", { timeout: patience }, () => {
  it("makes an environment, says where, and has nothing to do the next time", async () => {
    const document = documentOf(await lab(["setup", "transformers", "--json"]));
    expect(document).toMatchObject({ ok: true, data: { name: "transformers" } });
    const { interpreter } = (document as unknown as { data: { interpreter: string } }).data;
    expect(existsSync(interpreter)).toBe(true);
    const again = await lab(["setup", "transformers"]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toMatch(/^Hugging Face Transformers 5\.\S+ \(torch .*\)\n\/.*python\n$/);
  });

  it("lists what there is", async () => {
    const document = documentOf(await lab(["setup", "--json"]));
    const { environments } = (document as unknown as { data: { environments: { name: string }[] } }).data;
    expect(environments.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["transformers", "sprout-recipe"]),
    );
    expect((await lab(["setup"])).stdout).toMatch(/^name .*size .*state\ntransformers .*GB +made\n/);
  });

  it("refuses a name that it does not know with the nearest one", async () => {
    const { code, stderr } = await lab(["setup", "transformer"]);
    expect(code).toBe(2);
    expect(stderr).toContain('unknown engine "transformer"\ndid you mean transformers?');
  });

  it("says in one line that there is no Python", async () => {
    const { code, stderr } = await lab(["setup", "transformers"], {
      env: { QUANTLAB_PYTHON: "no-such-python" },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: QUANTLAB_PYTHON is no-such-python, which runs no Python\ncorrect/);
    expect(stderr).not.toContain("    at ");
  });
});

describe("lab generate --backend transformers", { timeout: patience }, () => {
  const question = [
    "generate",
    "--backend",
    "transformers",
    "-t",
    "1",
    "-p",
    "What is inflation?",
    "-n",
    "12",
  ];

  it("answers as llama.cpp does, and streams what --json holds", async () => {
    const document = documentOf(await lab([...question, "--json"]));
    if (!document.ok) throw new Error(document.error.message);
    const { text, model, engine } = document.data as unknown as {
      text: string;
      model: { quantization: string };
      engine: { name: string };
    };
    expect([model.quantization, engine.name]).toEqual(["float32", "transformers"]);
    const other = documentOf(await lab(["generate", "-m", "sprout:F32", ...question.slice(3), "--json"]));
    expect(other).toMatchObject({ ok: true, data: { text } });
    expect((await lab(question)).stdout).toBe(`${text}\n`);
  });

  it.each([
    [["-m", "sprout:Q4_K_M"], "sprout:Q4_K_M is a model in gguf form, and Transformers reads", "bnb-nf4"],
    [["-ngl", "1"], "transformers-cpu has nothing to set with -ngl", "leave out -ngl"],
    [["-fa", "on"], "transformers-cpu has nothing to set with -fa", "leave out -fa"],
  ])("refuses %j", async (more, problem, remedy) => {
    const { code, stderr } = await lab([...question, ...more]);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(remedy);
  });
});
