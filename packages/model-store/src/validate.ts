import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { BadFileError, SchemaVersionError } from "@quantlab/core";
import type { Ajv, ValidateFunction } from "ajv";
import type { Catalogue } from "./catalogue-types.ts";
import type { FetchedModel, StoredMatrix, StoredModel } from "./stored-types.ts";

/** Documents of this package that have a schema in `schemas/`, generated from these types. */
export interface Documents {
  catalogue: Catalogue;
  "stored-model": StoredModel;
  "stored-matrix": StoredMatrix;
  "fetched-model": FetchedModel;
}
export type DocumentName = keyof Documents;

let loaded: Ajv | null = null;
const compiled = new Map<DocumentName, ValidateFunction>();

/** Parses `text` as the document `name`, or throws a BadFileError naming the first field that does not fit. */
export function parseDocument<Name extends DocumentName>(
  name: Name,
  text: string,
  file: string,
): Documents[Name] {
  const bad = (problem: string, cause?: unknown) =>
    new BadFileError(file, problem, "restore the file, or delete it when the lab made it", cause);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`is not JSON: ${(cause as Error).message}`, cause);
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== 1) throw new SchemaVersionError(file, version, 1);
  const check = validator(name);
  if (check(value)) return value as Documents[Name];
  const first = check.errors?.[0];
  throw bad(`is not a valid ${name}: ${first?.instancePath || "(root)"} ${first?.message ?? "does not fit"}`);
}

/** Loaded with the first document: a file without a history has none. */
function ajv(): Ajv {
  if (!loaded) {
    const { Ajv } = createRequire(import.meta.url)("ajv") as typeof import("ajv");
    // As in core: the schemas are generated.
    loaded = new Ajv({ allowUnionTypes: true, validateSchema: false });
  }
  return loaded;
}

function validator(name: DocumentName): ValidateFunction {
  let check = compiled.get(name);
  if (!check) {
    const schema = path.join(import.meta.dirname, "../schemas", `${name}.json`);
    check = ajv().compile(JSON.parse(readFileSync(schema, "utf8")));
    compiled.set(name, check);
  }
  return check;
}
