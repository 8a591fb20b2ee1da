import { writeFile } from "node:fs/promises";
import path from "node:path";
import { generateSchema, schemaNames } from "./generate-schemas.ts";

for (const name of schemaNames) {
  const file = path.join(import.meta.dirname, "../src", `${name}.json`);
  await writeFile(file, `${JSON.stringify(generateSchema(name), null, 2)}\n`);
}
