import path from "node:path";
import { type Evaluation, type Result, repositoryRoot } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { dataOf, lab } from "./lab.ts";
import { key, type Served, served } from "./served.ts";

const model = "sprout:F16";
let server: Served;
let address: string;
beforeAll(async () => {
  server = await served(model, "--parallel", "1");
  address = `${server.url}/v1`;
}, 120_000);
afterAll(() => server[Symbol.asyncDispose]());

const asking = { env: { OPENAI_API_KEY: key } };

describe("a server's model", () => {
  it("is an arm beside the engine's own, and writes the same", async () => {
    const words = ["bench", "-m", `${model},${address}`, "--prompt", "chat@1", "--blocks", "1", "--json"];
    const { arms } = dataOf<Pick<Result, "arms">>(await lab(words, asking));
    const [local, remote] = Object.values(arms);
    expect(remote).toMatchObject({ backend: "openai-endpoint", modelSha256: null, status: "measured" });
    expect(remote!.output).toBe(local!.output);
    expect(remote!.output!.length).toBeGreaterThan(100);
    // Nothing is said of what cannot be known from outside.
    for (const unknown of ["modelBytes", "peakRssBytes", "bandwidthUtilization"])
      expect(remote!.metrics[unknown]?.value ?? null, unknown).toBeNull();
    for (const known of ["decodeTps", "prefillTps", "throughputTps"])
      expect(remote!.metrics[known]!.value, known).toBeGreaterThan(0);
  }, 120_000);

  it("answers a task as the engine itself does, question for question", async () => {
    const task = path.join(repositoryRoot, "models/sprout/tasks/addition.jsonl");
    const answersOf = async (reference: string) => {
      const words = ["eval", "-m", reference, "--tasks", task, "--limit", "8", "--json"];
      return dataOf<Evaluation>(await lab(words, asking)).tasks.addition!.answers;
    };
    const [local, remote] = [await answersOf(model), await answersOf(address)];
    expect(remote).toHaveLength(8);
    for (const [index, answer] of remote!.entries()) {
      const own = local![index]!;
      expect(answer).toMatchObject({ id: own.id, correct: own.correct, tokens: own.tokens });
      for (const [choice, value] of answer.logLikelihoods.entries())
        expect(value).toBeCloseTo(own.logLikelihoods[choice]!, 3);
    }
  }, 120_000);

  it("goes on with a prompt, greedily and by a seed", async () => {
    for (const more of [
      ["--temp", "0"],
      ["--temp", "0.8", "--seed", "7"],
    ]) {
      const words = ["-p", "Tom has", "-n", "24", "--raw", ...more, "--json"];
      const textOf = async (reference: string) =>
        dataOf<{ text: string }>(await lab(["generate", "-m", reference, ...words], asking)).text;
      expect(await textOf(address)).toBe(await textOf(model));
    }
  }, 120_000);

  it("has no file, and no document says what one would be", async () => {
    const { model: told } = dataOf<{ model: object }>(
      await lab(["generate", "-m", address, "-p", "Tom has", "-n", "2", "--json"], asking),
    );
    expect(told).toMatchObject({ id: address, sha256: null, bytes: null, bitsPerWeight: null });
    for (const words of [
      ["models", "pull", address],
      ["models", "info", address],
      ["quantize", address, "--to", "Q4_K_M"],
    ]) {
      const { code, stderr } = await lab(words, asking);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`a server holds ${address}`)]);
    }
  });

  it("is served on, and its tokens are counted", async () => {
    vi.stubEnv("OPENAI_API_KEY", key);
    await using second = await served(address, "--parallel", "1");
    vi.unstubAllEnvs();
    const asked = { model: `${address}:as-is`, prompt: "Tom has", max_tokens: 7, temperature: 0 };
    const { choices, usage } = await second.client.completions.create(asked);
    const own = await server.client.completions.create({ ...asked, model });
    expect(choices[0]).toMatchObject({ text: own.choices[0]!.text, finish_reason: "length" });
    expect(usage).toMatchObject({ prompt_tokens: own.usage!.prompt_tokens, completion_tokens: 7 });
  }, 60_000);
});

describe("what is wrong with an address is told in a line", () => {
  it.each([
    ["http://127.0.0.1:9/v1", "cannot be reached", 1],
    ["http://somebody:secret@127.0.0.1/v1", "holds a name or a password", 2],
    ["http://", "is no address", 2],
  ])("%s", async (typed, said, code) => {
    const answer = await lab(["generate", "-m", typed, "-p", "x"]);
    expect(answer.code).toBe(code);
    expect(answer.stderr).toContain(said);
    expect(answer.stderr).not.toContain("secret");
  });

  it("another model than the server has, and a key that is not its own", async () => {
    const other = await lab(["generate", "-m", `${address}#another`, "-p", "x"], asking);
    expect(other.stderr).toContain(`serves ${model}, and not another`);
    expect(other.stderr).toContain(`${address}#${model}`);
    const keyless = await lab(["generate", "-m", address, "-p", "x"], { env: { OPENAI_API_KEY: "wrong" } });
    expect(keyless.stderr).toContain("answers 401");
    expect(keyless.stderr).not.toContain("wrong");
  });

  it("settings that are the server's own", async () => {
    const { code, stderr } = await lab(["generate", "-m", address, "-p", "x", "-t", "2"], asking);
    expect([code, stderr]).toEqual([2, expect.stringContaining("nothing to set with -t")]);
    const tuned = await lab(["tune", "-m", address], asking);
    expect([tuned.code, tuned.stderr]).toEqual([
      2,
      expect.stringContaining("no settings that could be tuned"),
    ]);
  });
});
