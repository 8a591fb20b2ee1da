import path from "node:path";
import { BadFileError, parseJson, SchemaVersionError, schemaChecks } from "@quantlab/core";
import type { Catalogue } from "./entries.ts";
import type { FetchedModel, StoredMatrix, StoredModel } from "./stored-types.ts";

/** Documents of this package that have a schema in `schemas/`, generated from these types. */
export interface Documents {
  catalogue: Catalogue;
  "stored-model": StoredModel;
  "stored-matrix": StoredMatrix;
  "fetched-model": FetchedModel;
}
export type DocumentName = keyof Documents;

const problemOf = schemaChecks<DocumentName>(path.join(import.meta.dirname, "../../schemas"));

/** Parses `text` as the document `name`, or throws a BadFileError naming the first field that does not fit. */
export function parseDocument<Name extends DocumentName>(
  name: Name,
  text: string,
  file: string,
): Documents[Name] {
  const remedy = "restore the file, or delete it when the lab made it";
  const value = parseJson(text, file, remedy);
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== 1) throw new SchemaVersionError(file, version, 1);
  const problem = problemOf(name, value);
  if (problem !== null) throw new BadFileError(file, problem, remedy);
  return value as Documents[Name];
}
