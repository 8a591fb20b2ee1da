import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError } from "@quantlab/core";
import { beforeEach, describe, expect, it } from "vitest";
import { updateSection } from "../src/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

let file: string;
beforeEach(async () => {
  file = path.join(await temporaryFolder(), "README.md");
});

const begin = "<!-- lab:results:begin -->";
const end = "<!-- lab:results:end -->";

describe("updateSection", () => {
  it("fills the section and keeps every byte outside", async () => {
    await writeFile(file, `# Title  \r\n\r\nabove\t\n${begin}\nold\n${end}\n\n\nbelow without line end`);
    expect(await updateSection(file, "results", "new")).toBe(true);
    expect(await readFile(file, "utf8")).toBe(
      `# Title  \r\n\r\nabove\t\n${begin}\nnew\n${end}\n\n\nbelow without line end`,
    );
  });

  it("tells that nothing changed the second time", async () => {
    await writeFile(file, "# Title\n");
    expect(await updateSection(file, "results", "text")).toBe(true);
    expect(await readFile(file, "utf8")).toBe(`# Title\n\n${begin}\ntext\n${end}\n`);
    expect(await updateSection(file, "results", "text")).toBe(false);
  });

  it("makes a missing file and leaves other sections alone", async () => {
    await updateSection(file, "scores", "7");
    await updateSection(file, "results", "text");
    expect(await readFile(file, "utf8")).toBe(
      `<!-- lab:scores:begin -->\n7\n<!-- lab:scores:end -->\n\n${begin}\ntext\n${end}\n`,
    );
  });

  it.each([
    ["only a begin", `a\n${begin}\nb\n`],
    ["only an end", `a\n${end}\nb\n`],
    ["a begin twice", `${begin}\n${begin}\n${end}\n`],
    ["an end before the begin", `${end}\n${begin}\n`],
  ])("refuses a file with %s and leaves it alone", async (_, document) => {
    await writeFile(file, document);
    const update = updateSection(file, "results", "text");
    await expect(update).rejects.toThrow(BadFileError);
    await expect(update).rejects.toThrow(/README\.md: has no single pair of <!-- lab:results:begin -->/);
    expect(await readFile(file, "utf8")).toBe(document);
  });

  it("takes a dollar sign in the text as it is", async () => {
    await writeFile(file, `${begin}\n${end}\n`);
    await updateSection(file, "results", "$& costs $1");
    expect(await readFile(file, "utf8")).toContain("$& costs $1");
  });
});
