import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { requireShipped, sha256, shippedPath, taskSets, texts } from "../src/index.ts";

let folder: string;
const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "shipped-"));
  mkdirSync(path.join(folder, "tasks"));
  mkdirSync(path.join(folder, "text"));
  const files = { "tasks/a.jsonl": "{}\n", "text/test.txt": "One." };
  for (const [name, text] of Object.entries(files)) write(name, text);
  write(
    "SHA256SUMS",
    Object.entries(files)
      .map(([name, text]) => `${sha256(text)}  ${name}\n`)
      .join(""),
  );
});

describe("what ships under a name", () => {
  it("is taken as it ships", async () => {
    await requireShipped(folder, "text/test.txt");
    await requireShipped(folder, "tasks");
    for (const each of [...Object.values(texts), ...Object.values(taskSets)]) await shippedPath(each);
  });

  it("and was changed, is refused", async () => {
    write("text/test.txt", "Two.");
    await expect(requireShipped(folder, "text/test.txt")).rejects.toMatchObject({
      message: expect.stringMatching(
        /text\/test\.txt: was changed: its sha256 is [0-9a-f]{64}, not [0-9a-f]{64}$/,
      ),
      remedy: expect.stringContaining("git checkout -- text/test.txt"),
    });
    await requireShipped(folder, "tasks");
  });

  it("is refused with a task that was added, or taken away", async () => {
    write("tasks/b.jsonl", "{}\n");
    await expect(requireShipped(folder, "tasks")).rejects.toThrow(
      "b.jsonl: is none of the files that ship here",
    );
    rmSync(path.join(folder, "tasks/b.jsonl"));
    rmSync(path.join(folder, "tasks/a.jsonl"));
    await expect(requireShipped(folder, "tasks")).rejects.toThrow("a.jsonl: cannot be read");
  });
});
