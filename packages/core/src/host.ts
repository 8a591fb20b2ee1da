import { readFileSync } from "node:fs";
import os from "node:os";
import { usableCores } from "./capacity.ts";
import { ControlGroups } from "./control-groups.ts";
import { digestOf } from "./json.ts";
import { performanceCores } from "./performance-cores.ts";
import { processorKind } from "./processor-kind.ts";
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
  const cores = usableCores();
  const performance = performanceCores() ?? cores;
  const limits = containerLimits(new ControlGroups(), cpus.length, os.totalmem());
  const kind = processorKind();
  const facts = {
    cpu,
    ...(kind !== null && { processorKind: kind }),
    cores,
    ...(performance < cores && { performanceCores: performance }),
    memoryBytes: os.totalmem(),
    ...(limits && { limits }),
    os: `${os.type()} ${os.release().split("-")[0]}`,
    arch: os.arch(),
    node: process.versions.node,
    accelerator: os.platform() === "darwin" && os.arch() === "arm64" ? "Metal" : null,
  };
  return { id: hostId(facts), ...facts };
}

/** What of a machine's cores and memory its control groups withhold; null where they leave all of it. */
export function containerLimits(
  { cpuQuota, memoryLimit }: Pick<ControlGroups, "cpuQuota" | "memoryLimit">,
  cores: number,
  memoryBytes: number,
): NonNullable<Host["limits"]> | null {
  const limits = {
    ...(cpuQuota !== null && cpuQuota < cores && { cores: Math.round(cpuQuota * 100) / 100 }),
    // In v1 "no limit" is a number, too, and larger than any memory.
    ...(memoryLimit !== null && memoryLimit < memoryBytes && { memoryBytes: memoryLimit }),
  };
  return Object.keys(limits).length > 0 ? limits : null;
}

/**
 * "intel-xeon-2c-24g-linux-3f9a1c": readable first, exact last. Memory is rounded: it varies a little by boot. Which of
 * the cores are performance cores has no part in it: older documents do not say, and their hosts keep their results.
 */
export function hostId({ performanceCores: _, ...facts }: Omit<Host, "id">): string {
  const { cores, memoryBytes, limits } = facts;
  const slug = facts.cpu
    .toLowerCase()
    .replace(/\((r|tm)\)|processor|cpu|@.*$/g, " ")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  const gib = (bytes: number) => Math.round(bytes / 2 ** 30);
  const hash = digestOf({ ...facts, memoryBytes: gib(memoryBytes) }).slice(0, 6);
  const usable = `${limits?.cores ?? cores}c-${gib(limits?.memoryBytes ?? memoryBytes)}g`;
  return `${slug}-${usable}-${facts.os.split(" ")[0]?.toLowerCase()}-${hash}`;
}
