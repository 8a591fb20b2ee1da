import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { detectHost } from "@quantlab/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, lab } from "./lab.ts";

/** No hub is asked: what is told must not depend on a network. */
const env = { HF_HUB_OFFLINE: "1" };
const recommend = (...typed: string[]) => lab(["recommend", ...typed], { env });

interface Predicted {
  readonly kind: "predicted";
  readonly value: number | null;
}
interface Recommended {
  readonly recommended: {
    readonly model: string;
    readonly memoryBytes: Predicted;
    readonly decodeTps: Predicted;
  };
  readonly commands: readonly string[];
  readonly others: readonly { readonly model: string }[];
}

async function recommended(...typed: string[]): Promise<Recommended> {
  const document = documentOf(await recommend("--json", ...typed));
  if (!document.ok) throw new Error(document.error.message);
  return document.data as unknown as Recommended;
}

describe("lab recommend", () => {
  it("names a model that fits, with what is predicted of it, and the commands to see whether it holds", async () => {
    const { code, stdout, stderr } = await recommend(
      "-m",
      "smollm2-135m-instruct,smollm2-360m-instruct",
      "--ram",
      "8",
    );
    expect(stderr).not.toMatch(/fault of the lab/);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^smollm2-360m-instruct:(F16|Q8_0) /m);
    expect(stdout).toMatch(/^ {2}memory +\S+ [MG]iB.*predicted$/m);
    expect(stdout).toMatch(/^ {2}decode +.*predicted/m);
    expect(stdout).toMatch(/^ {2}loss +perplexity .*predicted$/m);
    expect(stdout).toMatch(/^ {2}pnpm lab models pull smollm2-360m-instruct:(F16|Q8_0)$/m);
    expect(stdout).toMatch(/^ {2}pnpm lab bench -m smollm2-360m-instruct:(F16|Q8_0) /m);
    expect(stdout).toMatch(/exp12/);
    expect(stdout).toMatch(/Published for machines of this size/);
  });

  it("gives the same as one document, in which every figure says that it is predicted", async () => {
    const { recommended: best, commands } = await recommended("-m", "smollm2-135m-instruct", "--ram", "4");
    expect(best.memoryBytes.kind).toBe("predicted");
    expect(best.decodeTps.kind).toBe("predicted");
    expect(best.memoryBytes.value).toBeGreaterThan(200e6);
    expect(best.memoryBytes.value).toBeLessThan(900e6);
    expect(commands[0]).toBe(`pnpm lab models pull ${best.model}`);
  });

  it("takes a smaller type where the context takes more of the memory", async () => {
    const model = ["-m", "llama-3.2-3b-instruct", "--ram", "10"];
    const [short, long] = [
      await recommended(...model, "-c", "2048"),
      await recommended(...model, "-c", "24576"),
    ];
    const size = ({ recommended: { memoryBytes } }: Recommended) => memoryBytes.value!;
    expect(size(short)).toBeLessThan(8 * 2 ** 30);
    expect(size(long)).toBeLessThan(8 * 2 ** 30);
    expect(short.recommended.model).not.toBe(long.recommended.model);
  });

  it("splits a model between a machine and the GPU that was described, and promises no speed there", async () => {
    const { stdout } = await recommend("-m", "mistral-7b-instruct-v0.3", "--ram", "16", "--gpu", "4");
    expect(stdout).toMatch(/^ {2}GPU +\S+ GiB for \d+ of 33 layers, predicted$/m);
    expect(stdout).toMatch(/not predicted: exp12 has not been run on a GPU/);
    expect(stdout).toMatch(/-ngl \d+/);
  });

  it("prints the grid of sizes and machines, the published advice in it, and why ours is another", async () => {
    const { code, stdout } = await recommend("--table");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^model +parameters +8 GB +16 GB +32 GB +64 GB +128 GB$/m);
    expect(stdout).toMatch(/^mistral-7b-instruct-v0\.3 +7\.2B +Q\S+ [\d.]+ GiB/m);
    expect(stdout).toMatch(/INT4\/Q4_K +INT8\/Q8_0/);
    expect(stdout).toMatch(/Where they disagree:\n.*published "/);
  });
});

describe("what cannot be meant", () => {
  it.each([
    [["--ram", "0"], /--ram "0" is no size of memory/],
    [["--ram", "-4"], /--ram "-4" is no size of memory/],
    [["--ram", "plenty"], /--ram "plenty" is no size/],
    [["--gpu", "big"], /--gpu "big" is no size/],
    [["--task", "chatt"], /unknown task "chatt"[\s\S]*did you mean chat\?/],
    [["-c", "0"], /-c "0" is not a whole number/],
    [["-m", "qwen2.5-0.5b-instuct"], /unknown model "qwen2.5-0.5b-instuct"[\s\S]*did you mean/],
    [["-m", "sprout,"], /has an empty name/],
    [
      ["-m", "smollm2-135m-instruct", "-c", "100000"],
      /was trained for 100000 tokens[\s\S]*smollm2-135m-instruct: give -c 8192/,
    ],
  ])("%j is wrong usage in a line", async (typed, said) => {
    const { code, stdout, stderr } = await recommend(...typed);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(said);
  });

  it("a model that fits nowhere is refused with both figures", async () => {
    const { code, stderr } = await recommend("-m", "synthetic/llama-70b", "--ram", "8", "-c", "2048");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /synthetic\/llama-70b:Q2_K .* needs about [\d.]+ GiB, predicted, and 6\.00 GiB are left/,
    );
  });
});

describe("before anything is loaded", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "quantlab-recommend-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ["generate", ["generate", "-m", "sprout:F16", "-p", "x", "-c", "90000000"]],
    ["bench", ["bench", "-m", "sprout:F16", "-p", "0", "-n", "1", "-d", "90000000", "--blocks", "1"]],
  ])("lab %s refuses what does not fit, with both figures and what to do", async (_, typed) => {
    const { code, stderr } = await lab(typed);
    expect(code).toBe(1);
    // The file by its name: the engine itself, once it has loaded it, would say less.
    expect(stderr).toMatch(
      /sprout:F16 with a context of 9000\d+ tokens needs about [\d.]+ GiB of memory, [\d.]+ GiB is free/,
    );
    expect(stderr).toMatch(/a smaller -[cdpn]/);
  });

  it("says whose intervals it takes on a machine where exp12 has not been run", async () => {
    const facts = path.join(folder, "host.json");
    await writeFile(facts, JSON.stringify({ ...detectHost(), id: "elsewhere", cpu: "Another" }));
    const { stdout } = await lab(["recommend", "-m", "smollm2-135m-instruct"], {
      env: { ...env, QUANTLAB_HOST_FACTS: facts },
    });
    expect(stdout).toMatch(/exp12 has (not been run here|been run on no machine)/);
  });
});
