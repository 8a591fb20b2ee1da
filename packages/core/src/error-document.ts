import { accessError } from "./access.ts";
import { withoutCredentials } from "./credentials.ts";
import * as errors from "./errors.ts";
import type { Json } from "./json.ts";

/** An error as JSON: what it needs to be the same error in another process. */
export interface ErrorDocument {
  /** Of its class: "EngineError". */
  readonly name: string;
  /** "INTERNAL" for a fault of the lab, which nobody made for a person to read. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string | null;
  readonly exitCode: 1 | 2;
  readonly stack?: string;
  /** What else its class holds: the path of a BadFileError. */
  readonly [field: string]: Json;
}

/** Whatever was thrown, as JSON. Its cause stays behind; the stack tells of it. */
export function errorDocument(thrown: unknown): ErrorDocument {
  const error = accessError(thrown instanceof Error ? thrown : new Error(String(thrown)));
  const own = { message: error.message, ...(error.stack && { stack: error.stack }) };
  // Its cause and its stack are no fields that a copy has.
  if (error instanceof errors.QuantlabError) return { ...({ ...error } as ErrorDocument), ...own };
  return { name: error.name, code: "INTERNAL", remedy: null, exitCode: 1, ...own };
}

/** The error that a document tells of, of the same class where that is one of `errors.ts`. */
export function errorFrom({ message, ...fields }: ErrorDocument): Error {
  // Not every process that writes one is the lab's own Node.
  const error = new Error(withoutCredentials(message));
  if (fields.code === "INTERNAL") return Object.assign(error, { name: fields.name, stack: fields.stack });
  const known = (errors as Readonly<Record<string, unknown>>)[fields.name] as typeof errors.QuantlabError;
  Object.setPrototypeOf(error, (known ?? errors.QuantlabError).prototype);
  return Object.assign(error, fields);
}
