import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sha256 } from "@quantlab/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { growingFileHash } from "../src/quantize/growing-file-hash.ts";

let file: string;
beforeEach(async () => {
  file = path.join(await mkdtemp(path.join(tmpdir(), "quantlab-hash-")), "file");
});
afterEach(() => rm(path.dirname(file), { recursive: true }));

const front = Buffer.from("known ahead");
/** More than is read at once. */
const pieces = [1, 2, 3].map((value) => Buffer.alloc(700_000, value));
const written = sha256(Buffer.concat([front, ...pieces]));

/** Nothing, room for the front, the pieces, and last the front. */
async function write(first: Uint8Array): Promise<void> {
  await sleep(30);
  await using handle = await open(file, "w");
  await handle.write(Buffer.alloc(first.length));
  for (const piece of pieces) {
    await sleep(30);
    await handle.write(piece);
  }
  await handle.write(first, 0, first.length, 0);
}

describe("the sha256 of a file that is being written", () => {
  test("is that of the file when it is whole", async () => {
    expect(await growingFileHash(file, front, write(front))).toBe(written);
  });

  test("is not told where the file's first bytes are not those that were known", async () => {
    expect(await growingFileHash(file, Buffer.from("known wrong"), write(front))).toBeNull();
  });

  test("is not told where the file is shorter than what was known", async () => {
    expect(await growingFileHash(file, front, writeFile(file, "known"))).toBeNull();
  });

  test("is not told where no file came", async () => {
    expect(await growingFileHash(file, front, Promise.resolve())).toBeNull();
  });

  test("fails with the writing", async () => {
    await expect(growingFileHash(file, front, Promise.reject(new Error("no")))).rejects.toThrow("no");
  });
});
