import path from "node:path";
import { createGenerator, type Schema } from "ts-json-schema-generator";
import type { DocumentName } from "../src/validate.ts";

const typeNames: Record<DocumentName, string> = {
  run: "Run",
  result: "Result",
  evaluation: "Evaluation",
  comparison: "Comparison",
  "prompt-comparison": "PromptComparison",
  conversation: "SavedConversation",
  host: "Host",
  "session-params": "SessionParams",
  "session-results": "SessionResults",
  "command-output": "CommandOutput",
  "tuned-settings": "TunedSettings",
};

export const schemaNames = Object.keys(typeNames) as DocumentName[];

/** The JSON Schema of a document, generated from its TypeScript type. */
export function generateSchema(name: DocumentName): Schema {
  return createGenerator({
    path: path.join(import.meta.dirname, "../src/index.ts"),
    type: typeNames[name],
    skipTypeCheck: true,
    topRef: false,
    additionalProperties: false,
  }).createSchema(typeNames[name]);
}
