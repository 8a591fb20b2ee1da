import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { readGguf } from "../src/index.ts";
import { entriesOf } from "../src/metadata-entries.ts";
import { withoutVocabulary } from "../src/without-vocabulary.ts";
import { sprout } from "./sprout.ts";

const whole = readGguf(sprout);
const entries = entriesOf(whole);

test("a file without its vocabulary has everything else, and goes again", () => {
  const found = withoutVocabulary(whole, entries, readGguf)!;
  const lacking = [...whole.metadata.keys()].filter((key) => !found.metadata.has(key));
  expect(lacking).toEqual(expect.arrayContaining(["tokenizer.ggml.tokens", "tokenizer.ggml.token_type"]));
  expect(lacking.filter((key) => !key.startsWith("tokenizer.ggml."))).toEqual([]);
  expect(found.tensors).toEqual(whole.tensors);
  expect(existsSync(path.dirname(found.path))).toBe(false);
});

test("it goes where its use ends in an error, too", () => {
  let used = "";
  const failing = (file: string) => {
    used = file;
    throw new Error("no");
  };
  expect(withoutVocabulary(whole, entries, failing)).toBeNull();
  expect(existsSync(path.dirname(used))).toBe(false);
});

test("there is none where weights do not lie as the library puts them", () => {
  const aligned = { ...whole, metadata: new Map([...whole.metadata, ["general.alignment", 64]]) };
  expect(withoutVocabulary(aligned, entries, () => "used")).toBeNull();
});
