import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { BadFileError, ggufFileTypes, SchemaVersionError } from "@quantlab/core";
import { describe, expect, it } from "vitest";
import { generateSchema, schemaNames } from "../scripts/generate-schemas.ts";
import { createStore, defaultStore, listModels } from "../src/index.ts";
import { planSynthetic } from "../src/sources/synthetic/write.ts";
import { temporaryFolder } from "./support/fixtures.ts";

describe("the catalogue", () => {
  const { models } = defaultStore.catalogue();

  it("names every model once", () => {
    const ids = models.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain("sprout");
    expect(ids).toContain("mistral-7b-instruct-v0.3");
  });

  it("uses quantizations that llama.cpp knows, and file names that say them", () => {
    for (const entry of models) {
      if (entry.kind !== "published") continue;
      for (const { files } of entry.gguf) {
        for (const [quantization, file] of Object.entries(files)) {
          expect(ggufFileTypes).toContain(quantization);
          const said = quantization === "F16" ? /f(p)?16/i : new RegExp(quantization, "i");
          expect(file).toMatch(said);
        }
      }
    }
  });

  it("counts the parameters of synthetic shapes as they are written", () => {
    for (const entry of models) {
      if (entry.kind !== "synthetic") continue;
      const { tensors } = planSynthetic({ ...entry, fileType: "F16", fileTypeNumber: 1 });
      expect(tensors.reduce((sum, { elements }) => sum + elements, 0)).toBe(entry.parameters);
    }
  });

  it("can be listed without a network", async () => {
    const listing = await listModels();
    expect(listing.map(({ entry }) => entry.id)).toEqual(models.map(({ id }) => id));
  });
});

describe("a catalogue that does not fit", () => {
  const load = async (text: string) => {
    await using folder = await temporaryFolder();
    const catalogueFile = path.join(folder.path, "catalogue.json");
    await writeFile(catalogueFile, text);
    return createStore({ folder: folder.path, root: folder.path, catalogueFile }).catalogue();
  };

  it("is refused with the place", async () => {
    await expect(load("{")).rejects.toThrow(BadFileError);
    await expect(load('{"schemaVersion":1,"models":[{}]}')).rejects.toThrow(
      /is not a valid catalogue: \/models\/0/,
    );
  });

  it("of another version is refused by name", async () => {
    await expect(load('{"schemaVersion":9,"models":[]}')).rejects.toThrow(SchemaVersionError);
  });
});

// Generating one takes the TypeScript compiler seconds on a busy machine.
it.each(schemaNames)(
  "the schema of %s in the repository is the one its type gives",
  (name) => {
    const file = path.join(import.meta.dirname, "../schemas", `${name}.json`);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(generateSchema(name));
  },
  120_000,
);
