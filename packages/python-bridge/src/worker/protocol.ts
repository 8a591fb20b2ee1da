import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { schemasFolder } from "@quantlab/core";

/** The version of the protocol that this lab speaks. */
export const protocolVersion = 1;

/** Digest over the four schemas of the protocol, as both sides compute it. */
export function schemasSha256(): string {
  const hash = createHash("sha256");
  for (const name of ["worker-request", "worker-params", "worker-reply", "worker-results"]) {
    hash.update(readFileSync(path.join(schemasFolder, `${name}.json`)));
  }
  return hash.digest("hex");
}
