import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentOf, lab, startLab } from "./lab.ts";

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-bench-"));
  env = { QUANTLAB_FOLDER: path.join(folder, "lab") };
});
// What was killed may still be writing.
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

/** The shipped file as it is: nothing is made in the folder of the test. */
const words = (...more: string[]) => ["bench", "-m", "sprout:F16", "-t", "1", "-r", "1", ...more];
const bench = (...more: string[]) => lab(words(...more), { env });

type Row = Record<string, string | number | boolean | null | readonly number[]>;
const rowsOf = ({ stdout }: { readonly stdout: string }): Row[] => JSON.parse(stdout);

describe("lab bench", () => {
  it("measures every combination as often as it is asked to, and prints what llama-bench's readers read", async () => {
    const answer = await bench(
      "-p",
      "32",
      "-n",
      "8",
      "-pg",
      "16,4",
      "-d",
      "0,64",
      "--blocks",
      "2",
      "-o",
      "json",
    );
    expect(answer.code, answer.stderr).toBe(0);
    const rows = rowsOf(answer);
    expect(rows.map((row) => [row.n_prompt, row.n_gen, row.n_depth])).toEqual([
      [32, 0, 0],
      [0, 8, 0],
      [16, 4, 0],
      [32, 0, 64],
      [0, 8, 64],
      [16, 4, 64],
    ]);
    for (const row of rows) {
      const samples = row.samples_ts as number[];
      expect(samples).toHaveLength(2);
      expect(row.avg_ts).toBeCloseTo((samples[0]! + samples[1]!) / 2, 6);
      expect(row.avg_ts).toBeGreaterThan(1);
      expect(row).toMatchObject({
        model_type: "sprout F16",
        n_threads: 1,
        n_batch: 2048,
        n_ubatch: 512,
        type_k: "f16",
        type_v: "f16",
        blocks: 2,
        backends: "CPU",
        peak_memory_bytes: expect.any(Number),
        verdict: expect.stringMatching(/^(valid|noisy|invalid)$/),
      });
    }
    expect(rows.map(({ against }) => against)).toEqual([
      null,
      null,
      null,
      "sprout:F16 pp32",
      "sprout:F16 tg8",
      "sprout:F16 pp16+tg4",
    ]);
    // A row as soon as its block is there, each named.
    const shown = answer.stderr.match(/^\[\d+\/12\] sprout:F16 .* tok\/s, block [12] of 2$/gm);
    expect(shown).toHaveLength(12);
    expect(await readdir(path.join(folder, "lab/bench"))).toEqual([]);
  });

  it("prints a table for people, and the lab's own document with the same rows", async () => {
    const asked = ["-p", "8", "-n", "0", "--blocks", "1"];
    const { stdout, code } = await bench(...asked);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^model .*tok\/s \(95%\).*\nsprout:F16 .*pp8 .*\n.*Verdict: \w+/);
    const document = documentOf(await bench(...asked, "--json"));
    expect(document).toMatchObject({
      ok: true,
      data: {
        verdict: { state: expect.any(String) },
        arms: { "sprout:F16 pp8": { status: "measured", blocks: 1 } },
        tests: [{ arm: "sprout:F16 pp8", n_prompt: 8, n_gen: 0, samples_ts: [expect.any(Number)] }],
      },
    });
  });

  it("says of a combination that breaks why, and measures the rest", async () => {
    const shape = ["-p", "8", "-n", "0", "--blocks", "3", "-o", "jsonl"];
    const settings = ["-ctv", "q4_0", "-fa", "off,on", "-b", "128", "-ub", "64", "-mmp", "0", "-ngl", "0"];
    const { stdout, stderr, code } = await bench(...shape, ...settings);
    expect(code, stderr).toBe(0);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Row);
    expect(rows.map(({ arm, flash_attn, type_v }) => [arm, flash_attn, type_v])).toEqual([
      ["sprout:F16 fa=on pp8", 1, "q4_0"],
    ]);
    expect(rows[0]).toMatchObject({ n_batch: 128, n_ubatch: 64, load_mode: "none", n_gpu_layers: 0 });
    expect(stderr).toMatch(/^warning: sprout:F16 fa=off pp8 has no figure: .*flash.?attn/im);
    // Once more might have been an accident.
    expect(stderr.match(/fa=off pp8: failed/g)).toHaveLength(2);
  });

  it("fails where none could be measured", async () => {
    const answer = await bench("-p", "8", "-n", "0", "-ctv", "q4_0", "-fa", "off", "--blocks", "1");
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/^error: nothing was measured; sprout:F16 pp8 has no figure: /m);
    expect(answer.stdout).toBe("");
  });

  it("warns of a prompt beyond what the model was trained on, with both numbers", async () => {
    const { stderr, code } = await bench("-p", "1500", "-n", "0", "--blocks", "1");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: sprout:F16 pp1500: 1536 tokens in a row are more than the 1024 that/m);
  });

  it("stops a combination whose interval is as narrow as was asked for", async () => {
    const { stdout, stderr } = await bench("-p", "8", "-n", "0", "--precision", "100%", "-o", "json");
    const [row] = rowsOf({ stdout });
    expect(row?.blocks).toBe(3);
    expect(row?.ci95_low_ts).not.toBeNull();
    expect(stderr).toContain("block 3 of 20");
    expect(stderr).not.toContain("warning");
  });

  it.each([
    [["-p", "0", "-n", "0"], "there is nothing to test"],
    [["-p", "512-64"], '-p "512-64" is an empty range'],
    [["-ctk", "q9_0"], 'unknown KV cache type "q9_0"'],
    [["-fa", "maybe"], 'unknown flash attention "maybe"'],
    [["--backend", "engin"], 'unknown backend "engin"'],
    [["-o", "xml"], 'unknown output format "xml"'],
    [["-o", "csv", "--json"], "--json and -o csv both say what stdout is"],
    [["--backend", "session", "-ub", "64"], "has nothing to set with -ub"],
    [["--resume", "-p", "31"], "there is no bench of these settings to go on with"],
  ])("%j is wrong usage", async (typed, message) => {
    const { code, stdout, stderr } = await bench(...typed);
    expect(code).toBe(2);
    if (!typed.includes("--json")) {
      expect(stdout).toBe("");
      expect(stderr).toContain(message);
      expect(stderr.trimEnd().split("\n").length).toBeGreaterThan(1);
    } else expect(stdout).toContain(message);
  });
});

describe("a bench that is stopped", () => {
  const asked = words("-p", "8,16", "-n", "0", "--blocks", "3", "-o", "json");

  /** Starts it, and ends it once two blocks are there. */
  async function stopped(signal: NodeJS.Signals, ...more: string[]) {
    const child = startLab([...asked, ...more], { env });
    let said = "";
    child.stderr!.on("data", (part: Buffer) => {
      said += part;
      // Once: a second Ctrl-C leaves at once, and tells nothing more.
      if (/^\[2\/6\] .*block/m.test(said) && !child.killed) child.kill(signal);
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await text(child.stdout!);
    return { code: await ended, stderr: said };
  }

  it.each(["SIGKILL", "SIGINT"] as const)("by %s goes on where it was with --resume", async (signal) => {
    const first = await stopped(signal);
    expect(first.code).toBe(signal === "SIGKILL" ? null : 130);
    if (signal === "SIGINT") expect(first.stderr).toContain("--resume goes on from there");
    const next = await lab([...asked, "--resume"], { env });
    expect(next.code, next.stderr).toBe(0);
    const before = Number(/^goes on behind (\d) blocks/m.exec(next.stderr)?.[1]);
    expect(before).toBeGreaterThanOrEqual(2);
    expect(next.stderr.match(/^\[\d\/6\] .* tok\/s, block/gm)).toHaveLength(6 - before);
    expect(rowsOf(next).map(({ samples_ts }) => (samples_ts as number[]).length)).toEqual([3, 3]);
    // Nothing is left to go on with.
    expect((await lab([...asked, "--resume"], { env })).code).toBe(2);
  });

  it("is not begun a second time while it runs", async () => {
    const running = startLab(asked, { env });
    const ended = new Promise((resolve) => running.once("close", resolve));
    let said = "";
    await new Promise<void>((resolve) => {
      running.stderr!.on("data", (part: Buffer) => {
        said += part;
        if (said.includes("[1/6]")) resolve();
      });
    });
    const { code, stderr } = await lab(asked, { env });
    running.kill("SIGKILL");
    await ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the same bench runs already: process \d+, since/);
  });

  it("begins anew without --resume", async () => {
    await stopped("SIGKILL");
    const { stderr, code } = await lab(asked, { env });
    expect(code).toBe(0);
    expect(stderr.match(/^\[\d\/6\] .* tok\/s, block/gm)).toHaveLength(6);
  });

  it("does not go on behind another bench's blocks", async () => {
    await stopped("SIGKILL");
    const other = words("-p", "8,16", "-n", "0", "--blocks", "3", "-fa", "on");
    expect((await lab([...other, "--resume"], { env })).code).toBe(2);
    expect((await lab([...asked, "--resume"], { env })).code).toBe(0);
  });
});

describe("a bench of very many blocks", () => {
  const many = words("-p", "1-70", "-n", "0", "--blocks", "3");

  it("says how long it would take and is not begun where nobody can be asked", async () => {
    const { code, stderr, stdout } = await lab(many, { env });
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^error: 70 combinations × 3 processes: sprout:F16 pp70, the one with the most tokens, took [\d.]+ s, so all may take up to \d+ (s|min)$/m,
    );
    expect(stderr).toContain("or --yes to go on");
    expect(stderr).not.toContain("[1/210]");
  });

  // Of util-linux: it makes a terminal, and the answer comes from its input.
  const terminal = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;
  it.skipIf(!terminal).each([
    ["n", false],
    ["y", true],
  ] as const)("asks on a terminal, and takes %s for an answer", async (answer, begins) => {
    const main = path.join(import.meta.dirname, "../bin/lab.js");
    const command = [process.execPath, main, ...many].join(" ");
    const asked = spawn("script", ["-qefc", command, "/dev/null"], {
      env: { ...process.env, ...env, NO_COLOR: "1" },
    });
    let said = "";
    asked.stdout.on("data", (part: Buffer) => {
      const before = said;
      said += part;
      if (!before.includes("Go on?") && said.includes("Go on?")) asked.stdin.write(`${answer}\n`);
      if (/\[1\/210\] .* tok\/s/.test(said)) asked.kill();
    });
    await new Promise((resolve) => asked.once("close", resolve));
    expect(said).toContain("Go on? [y/N]");
    expect(/\[1\/210\] .* tok\/s/.test(said)).toBe(begins);
    if (!begins) expect(said).toContain("error: not measured");
  });
});

describe("a bench of named prompts", () => {
  it("reads them in the model's own tokens, and says where one is longer than its context", async () => {
    const answer = await bench("--prompt", "chat@1,summary-4k@1", "--blocks", "1", "-o", "json");
    expect(answer.code, answer.stderr).toBe(0);
    const rows = rowsOf(answer);
    expect(rows.map(({ prompt, n_gen }) => [prompt, n_gen])).toEqual([
      ["chat@1", 128],
      ["summary-4k@1", 128],
    ]);
    expect(rows[0]!.n_prompt).toBeGreaterThan(100);
    expect(rows[1]!.n_prompt).toBeGreaterThan(3980);
    expect(rows[1]!.n_prompt).toBeLessThanOrEqual(4000);
    expect(answer.stderr).toMatch(/summary-4k@1\+tg128: .*1024/);
    const unknown = await bench("--prompt", "chat");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('unknown prompt "chat"');
  });
});
