import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { locked } from "../src/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "locked-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("of two that want the same place one waits, says so and comes next, whether the first fails or not", async () => {
  const place = path.join(folder, "not/there/yet");
  const held = Promise.withResolvers<void>();
  const first = Promise.withResolvers<void>();
  const told = Promise.withResolvers<string>();
  const order: string[] = [];
  const one = locked(place, {}, async () => {
    held.resolve();
    await first.promise;
    order.push("one");
    throw new Error("one broke");
  });
  await held.promise;
  const two = locked(place, { onProgress: ({ step }) => told.resolve(step) }, async () => order.push("two"));
  expect(await told.promise).toBe("wait for another process at yet");
  first.resolve();
  await expect(one).rejects.toThrow("one broke");
  await two;
  expect(order).toEqual(["one", "two"]);
});

test("a wait can be told in other words, and given up", async () => {
  const place = path.join(folder, "environment");
  const cancel = new AbortController();
  const told: string[] = [];
  await locked(place, {}, async () => {
    const options = {
      waiting: "another process makes it: waiting",
      signal: cancel.signal,
      onProgress: ({ step }: { readonly step: string }) => {
        if (told.push(step) > 1) throw new Error("waits on");
        cancel.abort();
      },
    };
    await expect(locked(place, options, () => expect.unreachable())).rejects.toThrow("abort");
  });
  expect(told).toEqual(["another process makes it: waiting"]);
});

test("a lock without a sign of life, left by a process that was killed, is taken over", async () => {
  const place = path.join(folder, "model");
  await mkdir(`${place}.lock`);
  const minuteAgo = new Date(Date.now() - 60_000);
  await utimes(`${place}.lock`, minuteAgo, minuteAgo);
  expect(await locked(place, {}, async () => "made")).toBe("made");
});

test("a lock says who holds it, and leaves no note behind", async () => {
  const place = path.join(folder, "measuring");
  const holder = { pid: process.pid, purpose: "exp3", since: expect.stringMatching(/^\d{4}-.*Z$/) };
  await locked(place, { purpose: "exp3" }, async () => {
    expect(JSON.parse(await readFile(`${place}.holder.json`, "utf8"))).toEqual(holder);
    const onHeld = (found: unknown) => {
      expect(found).toEqual(holder);
      throw new Error("not twice");
    };
    await expect(locked(place, { purpose: "exp3", onHeld }, () => expect.unreachable())).rejects.toThrow(
      "not twice",
    );
  });
  expect(existsSync(`${place}.holder.json`)).toBe(false);
});

test("a lock of a dead process is free, though it showed life a moment ago", async () => {
  const place = path.join(folder, "measuring");
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await writeFile(
    `${place}.holder.json`,
    JSON.stringify({ pid, purpose: "exp3", since: "2026-01-01T00:00:00Z" }),
  );
  await mkdir(`${place}.lock`);
  const onHeld = () => expect.unreachable();
  expect(await locked(place, { purpose: "exp4", onHeld }, async () => "measured")).toBe("measured");
});
