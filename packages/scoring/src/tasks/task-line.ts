import { BadFileError } from "@quantlab/core";

type Fields = Readonly<Record<string, unknown>>;

/**
 * One entry of a task file, read field by field; what does not fit is a BadFileError with line and field.
 */
export class TaskLine {
  readonly #file: string;
  /** The line on which it begins, counted from 1. */
  readonly number: number;
  readonly #fields: Fields;
  /** "question." inside of the field "question". */
  readonly #within: string;

  constructor(file: string, number: number, fields: Fields, within = "") {
    this.#file = file;
    this.number = number;
    this.#fields = fields;
    this.#within = within;
  }

  /** A line that is a JSON object. */
  static parse(file: string, number: number, line: string): TaskLine {
    const blank = new TaskLine(file, number, {});
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw blank.broken(`is not JSON: ${problem}`, cause);
    }
    if (!isObject(value)) throw blank.broken("is not a JSON object");
    return new TaskLine(file, number, value);
  }

  /** Every line of a text that is not blank. */
  static all(file: string, text: string): TaskLine[] {
    const lines = text.split("\n");
    return lines.flatMap((line, index) => (line.trim() ? [TaskLine.parse(file, index + 1, line)] : []));
  }

  has(field: string): boolean {
    return field in this.#fields;
  }

  value(field: string): unknown {
    return this.#fields[field];
  }

  /** Whether the field is an object with fields of its own. */
  hasWithin(field: string): boolean {
    return isObject(this.#fields[field]);
  }

  /** A field that has fields of its own. */
  within(field: string): TaskLine {
    const value = this.#fields[field];
    if (!isObject(value)) throw this.bad(field, "must be an object with fields");
    return new TaskLine(this.#file, this.number, value, `${this.#within}${field}.`);
  }

  /** A list of objects, each to be read field by field. */
  listWithin(field: string, fewest: number): readonly TaskLine[] {
    const value = this.#fields[field];
    if (!Array.isArray(value) || value.length < fewest || !value.every(isObject)) {
      throw this.bad(field, `must be a list of ${fewest} or more objects`);
    }
    return value.map(
      (each, index) => new TaskLine(this.#file, this.number, each, `${this.#within}${field}[${index}].`),
    );
  }

  /** A text that is not empty. */
  text(field: string): string {
    const value = this.#fields[field];
    if (typeof value !== "string" || value === "") throw this.bad(field, "must be a text that is not empty");
    return value;
  }

  /** A text that may be empty, or left out. */
  anyText(field: string): string {
    const value = this.#fields[field] ?? "";
    if (typeof value !== "string") throw this.bad(field, "must be a text");
    return value;
  }

  /** At least `fewest` texts, none empty. */
  texts(field: string, fewest: number): readonly string[] {
    const value = this.#fields[field];
    const fits = Array.isArray(value) && value.length >= fewest;
    if (!fits || value.some((each) => typeof each !== "string" || each === "")) {
      throw this.bad(field, `must be a list of ${fewest} or more texts, none empty`);
    }
    return value as string[];
  }

  /** A whole number that is an index of `list`. */
  index(field: string, list: readonly unknown[]): number {
    const value = this.#fields[field];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value >= list.length) {
      throw this.bad(field, `must be a whole number from 0 to ${list.length - 1}`);
    }
    return value;
  }

  /** An index of `list`, written as a number or as its digits: files differ. */
  looseIndex(field: string, list: readonly unknown[]): number {
    const value = this.#fields[field];
    if (typeof value !== "string" || !/^\d+$/.test(value)) return this.index(field, list);
    const index = Number(value);
    if (index >= list.length) throw this.bad(field, `must be a whole number from 0 to ${list.length - 1}`);
    return index;
  }

  /** The place of the field's text in `labels`, whatever its case. */
  labelled(field: string, labels: readonly string[]): number {
    const value = this.#fields[field];
    const spelled = typeof value === "string" ? value.trim().toUpperCase() : null;
    const index = labels.findIndex((label) => label.toUpperCase() === spelled);
    if (index < 0) throw this.bad(field, `must be one of ${labels.join(", ")}`);
    return index;
  }

  /** What to throw for a field that breaks a rule: names line, field and value. */
  bad(field: string, rule: string): BadFileError {
    const found = field in this.#fields ? JSON.stringify(this.#fields[field]) : "missing";
    return this.broken(`"${this.#within}${field}" ${rule}; it is ${found}`);
  }

  broken(problem: string, cause?: unknown): BadFileError {
    const remedy = "correct the line, or restore the file";
    return new BadFileError(this.#file, `line ${this.number}: ${problem}`, remedy, cause);
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
