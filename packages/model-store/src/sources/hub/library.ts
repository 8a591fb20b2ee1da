import { createRequire } from "node:module";

type Library = typeof import("@huggingface/hub");

let loaded: Library | null = null;

/** The hub's own library, loaded when the hub or its cache is first asked: most commands find their model without. */
export function hubLibrary(): Library {
  loaded ??= createRequire(import.meta.url)("@huggingface/hub") as Library;
  return loaded;
}
