import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { BadFileError, readText } from "../src/index.ts";

const folder = mkdtempSync(path.join(tmpdir(), "text-file-"));
const words = "Grüße –価格 🌱\n";

function written(name: string, bytes: Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const bigEndian = (text: string) => Buffer.from(text, "utf16le").swap16();

describe("a text", () => {
  it.each([
    ["in UTF-8", Buffer.from(words)],
    ["in UTF-8 with a byte-order mark", Buffer.from(`\uFEFF${words}`)],
    ["in UTF-16 with a byte-order mark", Buffer.from(`\uFEFF${words}`, "utf16le")],
    ["in UTF-16, the other way round", bigEndian(`\uFEFF${words}`)],
  ])("%s is read as it was written", async (name, bytes) => {
    expect(await readText(written(name, bytes))).toBe(words);
  });

  it.each([
    [
      "latin1",
      Buffer.from("Die Größe des Gefäßes läßt sich überprüfen, fährt er höflich fort. ".repeat(9), "latin1"),
      "ISO-8859-1",
    ],
    ["no-mark", Buffer.from("One Sunday, it was a birthday. ".repeat(9), "utf16le"), "UTF-16LE"],
  ])("in another encoding is refused, and the encoding named (%s)", async (name, bytes, encoding) => {
    const read = readText(written(name, bytes));
    await expect(read).rejects.toThrow(BadFileError);
    await expect(read).rejects.toMatchObject({
      message: `${path.join(folder, name)}: is not UTF-8: it looks like ${encoding}`,
      remedy: expect.stringContaining(`iconv -f ${encoding} -t UTF-8`),
    });
  });

  it("that is not there is named", async () => {
    await expect(readText(path.join(folder, "absent"))).rejects.toThrow("absent: cannot be read");
  });
});
