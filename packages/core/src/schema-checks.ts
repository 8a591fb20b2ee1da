import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Ajv, ValidateFunction } from "ajv";

let loaded: Ajv | null = null;

/** Loaded with the first document: many a process of the lab checks none. */
function ajv(): Ajv {
  if (!loaded) {
    const { Ajv } = createRequire(import.meta.url)("ajv") as typeof import("ajv");
    const options = { allErrors: false, strict: true, allowUnionTypes: true, strictTuples: false };
    // The schemas are generated: holding them against the schema of schemas takes as long as the rest.
    loaded = new Ajv({ ...options, validateSchema: false });
  }
  return loaded;
}

/**
 * A check of values against the generated schemas in `folder`: what is wrong with a value as the document `name`, by its
 * first field that does not fit, or null.
 */
export function schemaChecks<Name extends string>(
  folder: string,
): (name: Name, value: unknown) => string | null {
  const compiled = new Map<Name, ValidateFunction>();
  return (name, value) => {
    let check = compiled.get(name);
    if (!check) {
      check = ajv().compile(JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8")));
      compiled.set(name, check);
    }
    if (check(value)) return null;
    const first = check.errors?.[0];
    const { additionalProperty: extra } = (first?.params ?? {}) as { additionalProperty?: string };
    const message = extra === undefined ? first?.message : `must not have "${extra}"`;
    return `is not a valid ${name}: ${first?.instancePath || "(root)"} ${message ?? "does not fit"}`;
  };
}
