import { readFileSync } from "node:fs";
import os from "node:os";
import { digestOf } from "./json.ts";
import type { Host } from "./run.ts";
import { validate } from "./validate.ts";

/**
 * Facts of this machine that stay the same between runs. `QUANTLAB_HOST_FACTS=FILE` replaces them, so that
 * "another host" can be tested. The accelerator is what the platform's default binary uses.
 */
export function detectHost(): Host {
  const replacement = process.env.QUANTLAB_HOST_FACTS;
  if (replacement) return validate("host", JSON.parse(readFileSync(replacement, "utf8")), replacement);
  const cpus = os.cpus();
  const cpu = (cpus[0]?.model ?? "unknown CPU").replace(/\s+/g, " ").trim();
  const facts = {
    cpu,
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    os: `${os.type()} ${os.release().split("-")[0]}`,
    arch: os.arch(),
    node: process.versions.node,
    accelerator: os.platform() === "darwin" && os.arch() === "arm64" ? "Metal" : null,
  };
  return { id: hostId(facts), ...facts };
}

/** "intel-xeon-2c-24g-linux-3f9a1c": readable first, exact last. Memory is rounded: it varies a little by boot. */
export function hostId(facts: Omit<Host, "id">): string {
  const slug = facts.cpu
    .toLowerCase()
    .replace(/\((r|tm)\)|processor|cpu|@.*$/g, " ")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const gib = Math.round(facts.memoryBytes / 2 ** 30);
  const hash = digestOf({ ...facts, memoryBytes: gib }).slice(0, 6);
  return `${slug}-${facts.cores}c-${gib}g-${facts.os.split(" ")[0]?.toLowerCase()}-${hash}`;
}
