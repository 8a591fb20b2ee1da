import path from "node:path";
import { createGenerator, type Schema } from "ts-json-schema-generator";
import type { DocumentName } from "../src/catalogue/documents.ts";

const sources: Record<DocumentName, readonly [file: string, type: string]> = {
  catalogue: ["catalogue/entries.ts", "Catalogue"],
  "stored-model": ["catalogue/stored-types.ts", "StoredModel"],
  "stored-matrix": ["catalogue/stored-types.ts", "StoredMatrix"],
  "fetched-model": ["catalogue/stored-types.ts", "FetchedModel"],
};

export const schemaNames = Object.keys(sources) as DocumentName[];

/** The JSON Schema of a document, generated from its TypeScript type. */
export function generateSchema(name: DocumentName): Schema {
  const [file, type] = sources[name];
  return createGenerator({
    path: path.join(import.meta.dirname, "../src", file),
    type,
    // Types of @quantlab/core are found by its package exports.
    tsconfig: path.join(import.meta.dirname, "../../../tsconfig.json"),
    skipTypeCheck: true,
    topRef: false,
    additionalProperties: false,
  }).createSchema(type);
}
