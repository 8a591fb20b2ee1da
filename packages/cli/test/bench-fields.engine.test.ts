import { readFile } from "node:fs/promises";
import path from "node:path";
import { llamaSource } from "@quantlab/llama-capi";
import { expect, it } from "vitest";
import { llamaBenchFields } from "../src/bench/fields.ts";

// Another release may name others: its source says so itself.
it("names every field that the pinned llama-bench prints, in its order", async () => {
  const file = path.join(await llamaSource(), "tools/llama-bench/llama-bench.cpp");
  const list = /get_fields\(\) \{[^}]*fields = \{([^}]*)\}/.exec(await readFile(file, "utf8"))?.[1];
  const names = [...(list ?? "").matchAll(/"(\w+)"/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(30);
  expect(llamaBenchFields.map(({ name }) => name)).toEqual(names);
});
