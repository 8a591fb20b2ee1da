import { describe, expect, it } from "vitest";
import { schemaGrammar } from "../src/schema-grammar.ts";

describe("a JSON Schema as a grammar", () => {
  it.each([
    ["a keyword that it does not know", { type: "string", pattern: "^a" }, /at # asks for pattern/],
    [
      "one deeper down",
      { properties: { a: { items: { minimum: 3 } } } },
      /at #\/properties\/a\/items asks for minimum/,
    ],
    ["exactly one of several", { oneOf: [{ type: "string" }] }, /oneOf/],
    ["all of several", { allOf: [{}, {}] }, /allOf of several/],
    ["a type that JSON does not have", { type: "date" }, /type "date"/],
    ["no value of its type", { type: "string", enum: [1, 2] }, /without a value of its type/],
    ["an empty enum", { enum: [] }, /without a value/],
    ["a type beside its alternatives", { type: "string", anyOf: [{ type: "integer" }] }, /asks for type/],
    ["a value beside others", { const: 1, enum: [2] }, /asks for enum/],
    [
      "what is no schema",
      { properties: { a: true }, required: 5 },
      /the schema is none: #\/required 5 must be array/,
    ],
    [
      "a list of properties",
      { type: "object", properties: [] },
      /the schema is none: #\/properties \[\] must be object/,
    ],
    ["what nothing can be", { type: "array", minItems: 3, maxItems: 2 }, /minItems 3 above maxItems 2/],
    ["nothing at all", false, /false/],
    ["a property that has no schema", { required: ["a"] }, /required "a"/],
    ["a reference to elsewhere", { $ref: "https://example.org/a.json" }, /\$ref "https/],
    ["a reference to nothing", { $ref: "#/$defs/a" }, /not there/],
    ["more than can be counted", { type: "string", maxLength: 1e9 }, /maxLength 1000000000/],
    ["a format that it does not know", { type: "string", format: "email" }, /format "email"/],
  ])("refuses %s, and says where", (_what, schema, said) => {
    expect(() => schemaGrammar(schema as never)).toThrow(said);
  });

  it("passes over what is said to people", () => {
    const said = { type: "boolean", title: "Yes?", description: "…", default: true, $comment: "x" };
    expect(schemaGrammar(said)).toContain("root ::= boolean");
  });
});
