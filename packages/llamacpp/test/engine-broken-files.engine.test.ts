import { spawnSync } from "node:child_process";
import { mkdtemp, open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sproutF16 } from "./session-sprout.ts";

let folder: string;
let whole: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "quantlab-broken-"));
  whole = await readFile(sproutF16.path);
});
afterAll(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly reply: { loaded: boolean; code?: string; message?: string; remedy?: string } | null;
}

/** Loads a file in a process of its own, as the runner does. */
async function load(name: string, bytes: Buffer | null): Promise<Outcome> {
  const file = path.join(folder, name);
  if (bytes) await writeFile(file, bytes);
  const program = path.join(import.meta.dirname, "load-program.ts");
  const environment = { ...process.env, GGML_NO_BACKTRACE: "1" };
  const run = spawnSync(process.execPath, [program, file], { encoding: "utf8", env: environment });
  return { signal: run.signal, stderr: run.stderr, reply: run.stdout ? JSON.parse(run.stdout) : null };
}

/** One line that names the file, the reason, and something to do. */
function expectClearError({ reply, signal, stderr }: Outcome, reason: RegExp): void {
  expect(signal, stderr).toBeNull();
  expect(reply).toMatchObject({ loaded: false, code: "ENGINE", remedy: expect.any(String) });
  expect(reply!.message).toMatch(/^llama\.cpp: cannot load .*\.gguf: /);
  expect(reply!.message).toMatch(reason);
  expect(reply!.message).not.toContain("\n");
}

test("the whole file loads", async () => {
  expect((await load("whole.gguf", whole)).reply).toEqual({ loaded: true });
});

describe("one clear error", () => {
  test("for a file that is not there", async () => {
    expectClearError(await load("absent.gguf", null), /No such file/);
  });

  test("for an empty file", async () => {
    expectClearError(await load("empty.gguf", Buffer.alloc(0)), /: failed to read magic/);
  });

  test("for a file of something else", async () => {
    expectClearError(
      await load("text.gguf", Buffer.from("# A page of text, not a model\n")),
      /invalid magic characters/,
    );
  });

  test("for a file cut in its weights", async () => {
    const cut = whole.subarray(0, Math.floor(whole.length * 0.7));
    expectClearError(await load("cut-late.gguf", cut), /corrupted or incomplete/);
  });

  test("for a file cut in its header", async () => {
    expectClearError(await load("cut-early.gguf", whole.subarray(0, 2000)), /: \w/);
  });

  test("for an architecture that llama.cpp does not know", async () => {
    expectClearError(
      await load("unknown.gguf", unknownArchitecture()),
      /unknown model architecture: 'quantlab-none'/,
    );
  });

  test("for a string that claims to be longer than the file", async () => {
    const hostile = Buffer.from(whole);
    hostile.writeBigUInt64LE(2n ** 60n, 24);
    expectClearError(await load("hostile.gguf", hostile), /string length .* exceeds/);
  });

  test("for more tensors than any file has", async () => {
    const hostile = Buffer.from(whole);
    hostile.writeBigUInt64LE(2n ** 62n, 8);
    expectClearError(await load("tensors.gguf", hostile), /tensor/);
  });
});

test("a flipped bit in the header is an error or a working model, never a hang or silence", {
  timeout: 600_000,
}, async () => {
  // Places that hold structure: version, counts, the first keys and values, one in each stretch of the header.
  for (const at of [4, 8, 16, 24, 36, 60, 120, 270, 360, 430, 700, 1360]) {
    const flipped = Buffer.from(whole);
    flipped[at]! ^= 0x10;
    const { reply, signal, stderr } = await load(`flipped-${at}.gguf`, flipped);
    if (reply?.loaded) continue;
    if (reply) expectClearError({ reply, signal, stderr }, /: \w/);
    // An assertion of the library ends the process, and says on stderr which one it was.
    else expect(`${signal} ${stderr}`).toMatch(/^SIG\w+ .*GGML_ASSERT|^SIG\w+ .*terminate called/s);
  }
});

test("two tokens of one name break an assertion: the process ends by a signal and names it", async () => {
  const twins = Buffer.from(whole);
  twins.write("<0x42>", twins.indexOf("<0x41>"));
  const { reply, signal, stderr } = await load("twins.gguf", twins);
  expect(reply).toBeNull();
  expect(signal).toBe("SIGABRT");
  expect(stderr).toContain("GGML_ASSERT(id_to_token.size() == token_to_id.size())");
});

test("a file larger than memory is refused before it is read", async () => {
  const file = path.join(folder, "huge.gguf");
  await (await open(file, "w")).close();
  await truncate(file, 2 ** 42);
  const { reply } = await load("huge.gguf", null);
  expect(reply).toMatchObject({ loaded: false, code: "NOT_ENOUGH_MEMORY" });
  expect(reply!.message).toMatch(/huge\.gguf needs about 4096\.00 GiB of memory/);
});

/** A header with one entry: general.architecture, a string. */
function unknownArchitecture(): Buffer {
  const string = (text: string) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, Buffer.from(text)]);
  };
  const head = Buffer.alloc(24);
  head.write("GGUF");
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(1n, 16);
  const stringType = Buffer.from([8, 0, 0, 0]);
  return Buffer.concat([
    head,
    string("general.architecture"),
    stringType,
    string("quantlab-none"),
    Buffer.alloc(64),
  ]);
}
