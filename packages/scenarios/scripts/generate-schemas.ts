import { globSync } from "node:fs";
import path from "node:path";
import { createGenerator, type Schema } from "ts-json-schema-generator";

const source = path.join(import.meta.dirname, "../src");

const types = { workload: "Workload", sample: "Sample" } as const;

/** "generate/workload", as the file lies below `src`. */
export const schemaNames = globSync("*/scenario.ts", { cwd: source })
  .map(path.dirname)
  .flatMap((id) => Object.keys(types).map((name) => `${id}/${name}`));

/** The JSON Schema of a scenario's workload or sample, generated from its TypeScript type. */
export function generateSchema(name: string): Schema {
  const type = types[path.basename(name) as keyof typeof types];
  return createGenerator({
    path: path.join(source, `${name}.ts`),
    type,
    // Types of other packages are found by their exports.
    tsconfig: path.join(import.meta.dirname, "../../../tsconfig.json"),
    skipTypeCheck: true,
    topRef: false,
    additionalProperties: false,
  }).createSchema(type);
}
