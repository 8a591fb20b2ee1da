import { BadFileError } from "@quantlab/core";

/**
 * One line of a task file, read field by field; what does not fit is a BadFileError with line and field.
 */
export class TaskLine {
  readonly #file: string;
  readonly #number: number;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(file: string, number: number, line: string) {
    this.#file = file;
    this.#number = number;
    this.#fields = this.#parse(line);
  }

  has(field: string): boolean {
    return field in this.#fields;
  }

  /** A text that is not empty. */
  text(field: string): string {
    const value = this.#fields[field];
    if (typeof value !== "string" || value === "") throw this.#bad(field, "must be a text that is not empty");
    return value;
  }

  /** At least `fewest` texts, none empty. */
  texts(field: string, fewest: number): readonly string[] {
    const value = this.#fields[field];
    const fits = Array.isArray(value) && value.length >= fewest;
    if (!fits || value.some((each) => typeof each !== "string" || each === "")) {
      throw this.#bad(field, `must be a list of ${fewest} or more texts, none empty`);
    }
    return value as string[];
  }

  /** A whole number that is an index of `list`. */
  index(field: string, list: readonly unknown[]): number {
    const value = this.#fields[field];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= list.length) {
      throw this.#bad(field, `must be a whole number from 0 to ${list.length - 1}`);
    }
    return value;
  }

  #parse(line: string): Readonly<Record<string, unknown>> {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw this.#broken(`is not JSON: ${problem}`, cause);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.#broken("is not a JSON object");
    }
    return value as Record<string, unknown>;
  }

  #bad(field: string, rule: string): BadFileError {
    const found = field in this.#fields ? JSON.stringify(this.#fields[field]) : "missing";
    return this.#broken(`"${field}" ${rule}; it is ${found}`);
  }

  #broken(problem: string, cause?: unknown): BadFileError {
    const remedy = "correct the line, or restore the file";
    return new BadFileError(this.#file, `line ${this.#number}: ${problem}`, remedy, cause);
  }
}
