import { type Json, UsageError } from "@quantlab/core";
import { Ajv } from "ajv";

// Written here: llama.cpp's converter is no part of its library, and node-llama-cpp's passes over "required" in silence.

type Schema = { readonly [keyword: string]: Json };

const ajv = new Ajv({ strict: false, verbose: true, allErrors: true });

/**
 * A grammar of llama.cpp's whose texts fit a JSON Schema. Throws a UsageError that names what it could not keep, and for what
 * is no JSON Schema.
 */
export function schemaGrammar(schema: Json): string {
  requireSchema(schema);
  return new SchemaGrammar(schema).text;
}

function requireSchema(schema: Json): void {
  if (typeof schema === "boolean" || ajv.validateSchema(schema as object) === true) return;
  // Lists that are empty are told below, by what they would list.
  const error = ajv.errors!.find(({ keyword }) => keyword !== "minItems");
  if (!error) return;
  const { instancePath, data, message } = error;
  throw new UsageError(
    `the schema is none: #${instancePath} ${JSON.stringify(data).slice(0, 80)} ${message}`,
    "mend it",
  );
}

/** Say something to people. */
const annotations = [
  "title",
  "description",
  "default",
  "examples",
  "$schema",
  "$id",
  "$comment",
  "deprecated",
];
const definitions = ["$defs", "definitions"];

const keywords: Readonly<Record<string, readonly string[]>> = {
  object: ["properties", "required", "additionalProperties"],
  array: ["items", "minItems", "maxItems"],
  string: ["minLength", "maxLength", "format"],
  number: [],
  integer: [],
  boolean: [],
  null: [],
};

const formats: Readonly<Record<string, string>> = {
  date: "date",
  time: "time",
  "date-time": 'date "T" time',
  uuid: 'hex{8} "-" hex{4} "-" hex{4} "-" hex{4} "-" hex{12}',
};

/** Of any JSON. Numbers are no longer than what a double tells apart. */
const common = String.raw`
ws ::= (" " | "\n" [ \t]{0,20})?
value ::= object | array | string | number | boolean | "null"
object ::= "{" ws (string ws ":" ws value (ws "," ws string ws ":" ws value)* ws)? "}"
array ::= "[" ws (value (ws "," ws value)* ws)? "]"
string ::= "\"" char* "\""
char ::= [^"\\\x7F\x00-\x1F] | "\\" (["\\/bfnrt] | "u" code)
code ::= [0-9a-cA-CefEF] hex{3} | [dD] [0-7] hex{2}
hex ::= [0-9a-fA-F]
number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?
integer ::= "-"? ("0" | [1-9] [0-9]{0,15})
boolean ::= "true" | "false"
date ::= [0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])
time ::= ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{3})? ("Z" | [+-] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])
`.trim();

/** llama.cpp writes a repetition out. */
const mostRepeated = 1000;

class SchemaGrammar {
  readonly #document: Json;
  readonly #rules: string[] = [common];
  /** Names of the rules for what is referred to, which may refer to itself. */
  readonly #referred = new Map<string, string>();
  #names = 0;

  constructor(document: Json) {
    this.#document = document;
    this.#rules.push(`root ::= ${this.#of(document, "#")}`);
  }

  get text(): string {
    return this.#rules.join("\n");
  }

  #of(given: Json, at: string): string {
    if (given === true) return "value";
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw notKept(at, JSON.stringify(given), "write an object");
    const schema = given as Schema;
    const { $ref, anyOf, allOf, enum: listed, const: fixed, type } = schema;
    if ($ref !== undefined) {
      requireKnown(schema, at, ["$ref"]);
      return this.#referredTo($ref, at);
    }
    if (anyOf !== undefined) {
      requireKnown(schema, at, ["anyOf"]);
      return this.#any(anyOf, `${at}/anyOf`);
    }
    if (allOf !== undefined) {
      requireKnown(schema, at, ["allOf"]);
      if (!Array.isArray(allOf) || allOf.length !== 1)
        throw notKept(at, "allOf of several", "write them as one");
      return this.#of(allOf[0]!, `${at}/allOf/0`);
    }
    if (fixed !== undefined) {
      requireKnown(schema, at, ["const", "type"]);
      return literals([fixed], type, at);
    }
    if (listed !== undefined) {
      requireKnown(schema, at, ["enum", "type"]);
      return literals(listed as Json[], type, at);
    }
    if (Array.isArray(type))
      return this.#any(
        type.map((each) => ({ ...schema, type: each })),
        at,
      );
    return this.#typed(schema, typeof type === "string" ? type : impliedType(schema), at);
  }

  #any(alternatives: Json, at: string): string {
    if (!Array.isArray(alternatives) || alternatives.length === 0)
      throw notKept(at, "no alternative", "name one");
    return this.#rule(alternatives.map((each, index) => this.#of(each, `${at}/${index}`)).join(" | "));
  }

  #typed(schema: Schema, type: string | null, at: string): string {
    if (type === null) {
      requireKnown(schema, at, []);
      return "value";
    }
    const known = keywords[type];
    if (!known) throw notKept(at, `type ${JSON.stringify(type)}`, `take ${Object.keys(keywords).join(", ")}`);
    requireKnown(schema, at, ["type", ...known]);
    if (type === "object") return this.#object(schema, at);
    if (type === "array") return this.#array(schema, at);
    if (type === "string") return string(schema, at);
    return type === "null" ? '"null"' : type;
  }

  #object({ properties = {}, required = [], additionalProperties = true }: Schema, at: string): string {
    const names = Object.keys(properties as Schema);
    const foreign = (required as readonly string[]).find((name) => !names.includes(name));
    if (foreign !== undefined)
      throw notKept(at, `required "${foreign}", which has no schema`, "add it to properties");
    if (names.length === 0) {
      if (additionalProperties === true) return "object";
      if (additionalProperties === false) return '"{" ws "}"';
      const pair = this.#rule(
        `string ws ":" ws ${this.#of(additionalProperties, `${at}/additionalProperties`)}`,
      );
      return this.#rule(`"{" ws (${pair} (ws "," ws ${pair})* ws)? "}"`);
    }
    return this.#members(
      names.map((name) => ({
        isRequired: (required as readonly string[]).includes(name),
        pair: this.#rule(
          `${literal(name)} ws ":" ws ${this.#of((properties as Schema)[name]!, `${at}/properties/${name}`)}`,
        ),
      })),
    );
  }

  /** In the order in which they are declared; of those beyond, none is written. */
  #members(members: readonly { readonly pair: string; readonly isRequired: boolean }[]): string {
    /** What may come first, and what behind something. */
    let [first, behind] = ["", ""];
    for (const { pair, isRequired } of members.toReversed()) {
      const from = `${pair} ${behind}`.trim();
      first = isRequired || first === "" ? from : `${from} | ${this.#rule(first)}`;
      const next = `ws "," ws ${pair}`;
      behind = this.#rule(`${isRequired ? next : `(${next})?`} ${behind}`.trim());
    }
    const some = members.some(({ isRequired }) => isRequired);
    return this.#rule(`"{" ws ((${first}) ws)${some ? "" : "?"} "}"`);
  }

  #array({ items = true, minItems, maxItems }: Schema, at: string): string {
    const [least, most] = bounds(minItems, maxItems, at, "Items");
    const item = this.#rule(this.#of(items, `${at}/items`));
    if (most === 0) return '"[" ws "]"';
    const more = `(ws "," ws ${item})${repeated(Math.max(0, least - 1), most === null ? null : most - 1)}`;
    return this.#rule(`"[" ws (${item} ${more} ws)${least === 0 ? "?" : ""} "]"`);
  }

  #referredTo(reference: Json, at: string): string {
    const known = this.#referred.get(reference as string);
    if (known) return known;
    if (typeof reference !== "string" || !reference.startsWith("#"))
      throw notKept(
        at,
        `$ref ${JSON.stringify(reference)}`,
        "refer to something within the schema: #/$defs/…",
      );
    const steps = reference.slice(1).split("/").slice(1);
    let found: Json | undefined = this.#document;
    for (const step of steps) {
      const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
      found = (found as Record<string, Json> | null)?.[name];
    }
    if (found === undefined)
      throw notKept(at, `$ref "${reference}", which is not there`, "add it under $defs");
    const name = this.#nextName();
    this.#referred.set(reference, name);
    this.#rules.push(`${name} ::= ${this.#of(found, reference)}`);
    return name;
  }

  #rule(body: string): string {
    const name = this.#nextName();
    this.#rules.push(`${name} ::= ${body}`);
    return name;
  }

  #nextName(): string {
    return `r${++this.#names}`;
  }
}

function string({ minLength, maxLength, format }: Schema, at: string): string {
  if (format !== undefined) {
    if (minLength !== undefined || maxLength !== undefined)
      throw notKept(at, "a length beside a format", "leave one out");
    const form = formats[format as string];
    if (form) return String.raw`"\"" ` + form + String.raw` "\""`;
    throw notKept(
      at,
      `format ${JSON.stringify(format)}`,
      `leave it out, or take ${Object.keys(formats).join(", ")}`,
    );
  }
  const [least, most] = bounds(minLength, maxLength, at, "Length");
  if (least === 0 && most === null) return "string";
  return String.raw`"\"" char` + repeated(least, most) + String.raw` "\""`;
}

function bounds(
  least: Json | undefined,
  most: Json | undefined,
  at: string,
  what: string,
): [number, number | null] {
  const count = (name: string, given: Json | undefined) => {
    if (given === undefined) return null;
    if (Number.isInteger(given) && (given as number) >= 0 && (given as number) <= mostRepeated)
      return given as number;
    throw notKept(at, `${name}${what} ${JSON.stringify(given)}`, `take a whole number up to ${mostRepeated}`);
  };
  const [low, high] = [count("min", least) ?? 0, count("max", most)];
  if (high !== null && low > high)
    throw notKept(at, `min${what} ${low} above max${what} ${high}`, "nothing is both");
  return [low, high];
}

function repeated(least: number, most: number | null): string {
  return `{${least},${most ?? ""}}`;
}

function literals(values: readonly Json[], type: Json | undefined, at: string): string {
  const types = type === undefined ? null : [type].flat();
  const fitting = values.filter(
    (value) => types === null || types.some((each) => isOfType(value, each as string)),
  );
  if (fitting.length === 0) throw notKept(at, "an enum without a value of its type", "add one");
  return `(${fitting.map((value) => literal(value)).join(" | ")})`;
}

function isOfType(value: Json, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}

/** JSON as it stands, in the grammar's own quotes. */
function literal(value: Json): string {
  const text = JSON.stringify(value);
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function impliedType(schema: Schema): string | null {
  if (schema.properties !== undefined || schema.required !== undefined) return "object";
  return schema.items === undefined ? null : "array";
}

function requireKnown(schema: Schema, at: string, known: readonly string[]): void {
  const foreign = Object.keys(schema).find(
    (keyword) => ![...known, ...annotations, ...definitions].includes(keyword),
  );
  if (foreign !== undefined) throw notKept(at, foreign, "leave it out, and check it in what comes back");
}

function notKept(at: string, what: string, remedy: string): UsageError {
  return new UsageError(`the schema at ${at} asks for ${what}, and an answer cannot be held to that`, remedy);
}
