import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { generateSchema, schemaNames } from "../scripts/generate-schemas.ts";

describe("schemas", () => {
  it.each(schemaNames)("%s.json is what the types say", async (name) => {
    const file = path.join(import.meta.dirname, "../src", `${name}.json`);
    expect(JSON.parse(await readFile(file, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(generateSchema(name))),
    );
  });
});
