import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, lab } from "./lab.ts";
import { key, type Served, served } from "./served.ts";

let server: Served;
beforeAll(async () => {
  server = await served("sprout:F16");
});
afterAll(() => server[Symbol.asyncDispose]());

const env = { OPENAI_API_KEY: key };
const small = ["--blocks", "1", "-r", "1", "-p", "32", "-n", "16"];
const bench = (...words: string[]) => lab(["bench", "--serve", `${server.url}/v1`, ...words], { env });

describe("lab bench --serve", () => {
  it("tells what so many clients saw of a server that runs", async () => {
    const { code, stdout, stderr } = await bench(...small, "--clients", "1,3", "--long-prompt", "200");
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toMatch(/1 client +3 clients/);
    for (const heading of [
      "Throughput, tok/s",
      "Longest gap, ms",
      "First token of the long prompt, ms",
      "Fairness, %",
    ])
      expect(stdout).toMatch(new RegExp(`^${heading} +[\\d.]+`, "m"));
    expect(`${stdout}${stderr}`).not.toContain(key);
  });

  it("keeps every arrival in its document, and no key", async () => {
    const answer = await bench(...small, "--clients", "2", "--json");
    const document = documentOf(answer);
    expect(document.ok).toBe(true);
    const { run } = (document.ok && document.data) as unknown as {
      run: { arms: { subject: object }[]; blocks: { sample: { requests: { newTokens: number }[] } }[] };
    };
    expect(run.arms[0]!.subject).toEqual({ endpoint: `${server.url}/v1` });
    expect(run.blocks[0]!.sample.requests).toHaveLength(2);
    expect(answer.stdout).not.toContain(key);
  });

  it("refuses what is of a server where none is asked", async () => {
    const { code, stderr } = await lab(["bench", "-m", "sprout:F16", "--clients", "4"]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--clients is of a server that is asked/)]);
  });

  it.each([
    [["--serve", "localhost:8080"], /is no address\ngive one up to its version/],
    [["--serve", "http://127.0.0.1:9/v1"], /cannot be reached/],
    [["-p", "1,2"], /-p 32,1,2 is more than a server is asked at once/],
    [["-m", "sprout:F16"], /-m sets nothing of a server that runs already/],
    [["-t", "2"], /-t sets nothing of a server/],
    [
      ["--serve", "http://me:secret@127.0.0.1:9/v1"],
      /^error: --serve holds a name or a password\n(?!.*secret)/,
    ],
    [["--serve-model", "gpt-4"], /"gpt-4" is not served/],
  ])("refuses %j in one line", async (words, said) => {
    const { code, stderr } = await bench(...small, ...words);
    expect([code === 0, stderr]).toEqual([false, expect.stringMatching(said)]);
  });
});
