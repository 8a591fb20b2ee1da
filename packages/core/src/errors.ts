import { withoutCredentials } from "./credentials.ts";
import { closest } from "./suggest.ts";

/**
 * What a person did wrong or a machine could not do: one line, and what to do about it. An address in it loses its
 * password: messages end on screens, in logs and in results.
 */
export class QuantlabError extends Error {
  /** Stable, upper-case, for programs: "MODEL_NOT_FOUND". */
  readonly code: string;
  readonly remedy: string | null;
  /** 1 failed, 2 wrong usage, 130 interrupted. */
  readonly exitCode: 1 | 2 | 130;

  constructor(
    code: string,
    message: string,
    options: { remedy?: string | null; exitCode?: 1 | 2 | 130; cause?: unknown } = {},
  ) {
    super(withoutCredentials(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.remedy = withoutCredentials(options.remedy ?? "") || null;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** An option or argument that cannot be meant. */
export class UsageError extends QuantlabError {
  constructor(message: string, remedy: string | null = null) {
    super("USAGE", message, { remedy, exitCode: 2 });
  }
}

/** An option that a backend does not have: says which it has, and the nearest one. */
export class UnknownOptionError extends UsageError {
  readonly backend: string;
  readonly option: string;

  constructor(backend: string, option: string, known: readonly string[]) {
    const nearest = closest(option, known);
    super(
      `${backend} has no option "${option}"`,
      `${nearest ? `did you mean ${nearest}? ` : ""}Available: ${known.join(", ")}`,
    );
    this.backend = backend;
    this.option = option;
  }
}

/** A name that is not in a list: says which names are, and the nearest one. */
export class UnknownNameError extends QuantlabError {
  readonly kind: string;
  readonly value: string;
  readonly suggestion: string | null;

  constructor(kind: string, value: string, known: readonly string[]) {
    const suggestion = closest(value, known);
    super(`UNKNOWN_${kind.toUpperCase().replace(/\W+/g, "_")}`, `unknown ${kind} "${value}"`, {
      remedy: `${suggestion ? `did you mean ${suggestion}? ` : ""}Available: ${known.join(", ")}`,
      exitCode: 2,
    });
    this.kind = kind;
    this.value = value;
    this.suggestion = suggestion;
  }
}

/** The one of `names` that is meant, whatever its case, or an UnknownNameError that suggests one of `shown`. */
export function knownName<Name extends string>(
  kind: string,
  typed: string,
  names: readonly Name[],
  shown: readonly string[] = names,
): Name {
  const match = names.find((name) => name.toLowerCase() === typed.toLowerCase());
  if (match === undefined) throw new UnknownNameError(kind, typed, shown);
  return match;
}

/** A file that is missing, broken, or not what its name says. */
export class BadFileError extends QuantlabError {
  readonly path: string;

  constructor(path: string, problem: string, remedy: string, cause?: unknown) {
    super("BAD_FILE", `${path}: ${problem}`, { remedy, cause });
    this.path = path;
  }
}

/** A document written by another version of the lab. */
export class SchemaVersionError extends QuantlabError {
  constructor(path: string, found: unknown, expected: number) {
    super(
      "SCHEMA_VERSION",
      `${path} has schemaVersion ${JSON.stringify(found)}; this lab reads ${expected}`,
      {
        remedy:
          typeof found === "number" && found > expected
            ? "update the lab (git pull), or move the file away"
            : "move the file away and run the experiment again",
      },
    );
  }
}

/** Too little memory or disk for what was asked. */
export class InsufficientSpaceError extends QuantlabError {
  constructor(kind: "memory" | "disk", what: string, neededBytes: number, freeBytes: number, remedy: string) {
    const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
    super(
      kind === "memory" ? "NOT_ENOUGH_MEMORY" : "NOT_ENOUGH_DISK",
      `${what} needs about ${gib(neededBytes)} of ${kind}, ${gib(freeBytes)} is free`,
      { remedy },
    );
  }
}

/** Something that cannot be had here and is nobody's fault: an arm that needs it is skipped with this reason. */
export class UnavailableError extends QuantlabError {
  constructor(problem: string, remedy: string | null) {
    super("UNAVAILABLE", problem, { remedy });
  }
}

/** The disk became full while a file was written: somebody else needed the space that was free before. */
export class DiskFullError extends QuantlabError {
  constructor(file: string, cause: unknown) {
    super("DISK_FULL", `${file} cannot be written: its disk is full (${(cause as { code?: string }).code})`, {
      remedy: "free some space there and run the command again; everything that was kept before is whole",
      cause,
    });
  }
}

/** A file or folder that the system does not let this user have, or nobody. */
export class NoAccessError extends QuantlabError {
  readonly path: string;

  constructor(path: string, problem: string, remedy: string, cause: unknown) {
    super("NO_ACCESS", `${path} cannot be used: ${problem}`, { remedy, cause });
    this.path = path;
  }
}

/** An engine refused or broke: the engine's own last words are in the message. */
export class EngineError extends QuantlabError {
  constructor(engine: string, problem: string, remedy: string | null = null, cause?: unknown) {
    super("ENGINE", `${engine}: ${problem}`, { remedy, cause });
  }
}

/** Logits that are not of numbers, as damaged weights give them: nothing can be scored or chosen by them. */
export function unusableLogits(engine: string, position: number, where = ""): EngineError {
  return new EngineError(
    engine,
    `gave no usable logits at position ${position}${where}`,
    "get the model again: its weights are damaged",
  );
}

/** A model that has no way to write a conversation. What to do about it depends on who wants one. */
export class NoChatTemplateError extends QuantlabError {
  constructor(engine: string, model: string) {
    super("NO_CHAT_TEMPLATE", `${engine}: ${model} has no chat template`, {
      remedy: "choose an instruct model, or give the prompt as plain text",
    });
  }
}
