// What must not change does not: the same work asked in another way gives the same figures, to the last bit or within a
// bound that is named.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text as readAll } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { lab, startLab } from "../packages/cli/test/lab.ts";
import { processesStartedBy } from "../packages/cli/test/processes.ts";
import { type Json, plainText, repositoryRoot } from "../packages/core/src/index.ts";
import { resolveModel } from "../packages/engines/src/index.ts";
import { llamacppEngine } from "../packages/llamacpp/src/index.ts";
import { canScore, type ScoringSession, scoreText } from "../packages/scoring/src/index.ts";

const signal = new AbortController().signal;
const whole = readFileSync(path.join(repositoryRoot, "models/sprout/text/test.txt"), "utf8");
let folder: string;
let engine: ScoringSession;

async function open(reference: string, options: Record<string, Json> = {}): Promise<ScoringSession> {
  const backend = llamacppEngine({ threads: 1, gpu: false }).withOptions(options);
  const session = await backend.load(await resolveModel(reference, {}), signal);
  if (!canScore(session)) throw new Error("the engine shows no logits");
  return session;
}

const written = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

const losses = async (session: ScoringSession, file: string, most = 4): Promise<number[]> => {
  const { chunks } = await scoreText(session, file, { chunkSize: 128, most }, { signal });
  return chunks.map(({ negativeLogLikelihood, tokens }) => negativeLogLikelihood / tokens);
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "metamorphic-"));
  engine = await open("sprout:F16");
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe("a text's scores", () => {
  test("are those of its beginning, whatever follows", async () => {
    const beginning = whole.slice(0, 6000);
    const [alone, followed] = [
      written("a.txt", beginning),
      written("ab.txt", `${beginning}${whole.slice(9000, 12_000)}`),
    ];
    const scores = await losses(engine, alone);
    expect(await losses(engine, followed)).toEqual(scores);
    expect(scores).toHaveLength(4);
  });

  test("are those of its parts, wherever it is split between two chunks", async () => {
    const ids = await engine.tokenize(whole, plainText);
    const scores = await losses(engine, written("whole.txt", whole), 12);
    for (const chunk of [1, 3, 7]) {
      // The first token of a chunk gives its place to BOS.
      const rest = await engine.detokenize(ids.slice(chunk * 128 + 1));
      expect(await losses(engine, written("rest.txt", rest), 12 - chunk)).toEqual(scores.slice(chunk));
    }
  });

  test("are the same where the process is stopped meanwhile", async () => {
    const asked = [
      "perplexity",
      "-f",
      written("paused.txt", whole),
      "-t",
      "1",
      "-c",
      "128",
      "--chunks",
      "120",
      "--json",
    ];
    const metrics = (stdout: string) => (JSON.parse(stdout) as { data: { metrics: Json } }).data.metrics;
    const undisturbed = await lab(asked);
    const child = startLab(asked);
    const stdout = readAll(child.stdout!);
    child.stderr!.resume();
    const started = await vi.waitFor(
      () => {
        const found = processesStartedBy(child.pid!);
        expect(found).not.toEqual([]);
        return found;
      },
      { timeout: 30_000, interval: 50 },
    );
    await setTimeout(500);
    for (const pid of started) process.kill(pid, "SIGSTOP");
    await setTimeout(2000);
    for (const pid of started) process.kill(pid, "SIGCONT");
    expect(metrics(await stdout)).toEqual(metrics(undisturbed.stdout));
  });

  test("are the same of the same model under another name", async () => {
    const copy = path.join(folder, "another name-F16.gguf");
    cpSync(path.join(repositoryRoot, "models/sprout/sprout-F16.gguf"), copy);
    await using session = await open(copy);
    const file = written("same.txt", whole);
    expect(await losses(session, file)).toEqual(await losses(engine, file));
  });

  test("are the same to the last bit, whatever the memory for logits", async () => {
    const file = written("memory.txt", whole);
    const scores = async (options: Record<string, Json>) => {
      await using session = await open("sprout:Q4_K_M", options);
      const { chunks } = await scoreText(session, file, { chunkSize: 512, most: 3 }, { signal });
      return chunks.map(({ negativeLogLikelihood }) => negativeLogLikelihood);
    };
    const full = await scores({});
    for (const rows of [64, 96, 200])
      expect(await scores({ logitsBytes: rows * 2048 * 4 }), `${rows} rows`).toEqual(full);
  });

  // Sums in another order: float32 keeps seven digits, and F16 weights are multiplied in float32.
  test.each([{ threads: 2 }, { microBatchSize: 64 }, { batchSize: 256, microBatchSize: 128 }])(
    "agree to a hundred-thousandth of a nat with other threads and batches: %j",
    async (options) => {
      await using session = await open("sprout:F16", options);
      const file = written("others.txt", whole);
      const [ours, theirs] = [await losses(engine, file), await losses(session, file)];
      for (const [index, loss] of ours.entries()) expect(Math.abs(loss - theirs[index]!)).toBeLessThan(1e-5);
    },
  );
});

describe("a tokenizer", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 80 });

  test("gives back what it was given", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (said) => {
        const ids = await engine.tokenize(said, { bos: false, special: false });
        expect(await engine.detokenize(ids)).toBe(said);
      }),
      { numRuns: 300 },
    );
  });

  test("finds no special token in a text, and the same behind one", async () => {
    const spelled = fc.constantFrom("<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, spelled), { maxLength: 5 }), async (parts) => {
        const ids = await engine.tokenize(parts.join(""), { bos: false, special: false });
        expect(ids.filter((id) => id < 5 && id > 0)).toHaveLength(0);
      }),
      { numRuns: 200 },
    );
  });
});
