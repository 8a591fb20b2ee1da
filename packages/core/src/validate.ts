import path from "node:path";
import type { CommandOutput } from "./command.ts";
import type { Comparison, PromptComparison } from "./comparison.ts";
import { BadFileError, SchemaVersionError } from "./errors.ts";
import type { Evaluation } from "./evaluation.ts";
import { readJsonFile, writeFileAtomic } from "./files.ts";
import { migrateResult1 } from "./migrations/result-1.ts";
import type { Result } from "./result.ts";
import { type Host, type Run, runVersion } from "./run.ts";
import type { SavedConversation } from "./saved-conversation.ts";
import { schemaChecks } from "./schema-checks.ts";
import type { SessionParams, SessionResults } from "./session-messages.ts";
import type { TunedSettings } from "./tuned-settings.ts";

/** Documents that have a schema in `schemas/`, generated from these types (`pnpm schemas`). */
export interface Documents {
  run: Run;
  result: Result;
  evaluation: Evaluation;
  comparison: Comparison;
  "prompt-comparison": PromptComparison;
  conversation: SavedConversation;
  host: Host;
  "session-params": SessionParams;
  "session-results": SessionResults;
  "command-output": CommandOutput;
  "tuned-settings": TunedSettings;
}
export type DocumentName = keyof Documents;

/** The schema version of each document that has one, as this lab writes it. */
const versions: Partial<Record<DocumentName, number>> = {
  run: runVersion,
  result: runVersion,
  evaluation: 1,
  comparison: 1,
  "prompt-comparison": 1,
  conversation: 1,
  "command-output": 1,
  "tuned-settings": 1,
};

/** By document and the version that a file has: what makes it the next. A run of an older version is refused. */
const migrations: Partial<Record<DocumentName, Readonly<Record<number, (value: unknown) => unknown>>>> = {
  result: { 1: migrateResult1 },
};

/** Where the schemas lie, for programs in other languages. */
export const schemasFolder = path.join(import.meta.dirname, "../schemas");

const problemOf = schemaChecks<DocumentName>(schemasFolder);

/**
 * Returns `value` as the document `name`, or throws: SchemaVersionError for another version, BadFileError naming
 * the first field that does not fit. `where` is the file (or stream) it came from.
 */
export function validate<Name extends DocumentName>(
  name: Name,
  value: unknown,
  where: string,
): Documents[Name] {
  const version = versions[name];
  const found = versionOf(value);
  if (version !== undefined && found !== version) throw new SchemaVersionError(where, found, version);
  const problem = problemOf(name, value);
  if (problem !== null) {
    throw new BadFileError(where, problem, "move it away and make it again");
  }
  return value as Documents[Name];
}

/** Reads and validates a document; one of an older version is migrated where the lab knows how. */
export async function readDocument<Name extends DocumentName>(
  name: Name,
  file: string,
): Promise<Documents[Name]> {
  const value = await readJsonFile(file);
  const migrate = migrations[name]?.[Number(versionOf(value))];
  return validate(name, migrate ? migrate(value) : value, file);
}

/** Validates and writes a document atomically, indented by one space. */
export async function writeDocument<Name extends DocumentName>(
  name: Name,
  file: string,
  value: Documents[Name],
): Promise<void> {
  validate(name, JSON.parse(JSON.stringify(value)), file);
  await writeFileAtomic(file, `${JSON.stringify(value, null, 1)}\n`);
}

const versionOf = (value: unknown) => (value as { schemaVersion?: unknown } | null)?.schemaVersion;
