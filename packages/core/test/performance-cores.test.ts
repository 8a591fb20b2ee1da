import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { performanceCoresOf } from "../src/index.ts";

/** Processors from `first` to `last`: what the system says of each, by the names of its files. */
function processors(
  first: number,
  last: number,
  core: (cpu: number) => string,
  capacity?: number,
): Record<string, string> {
  const cpus = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return Object.fromEntries(
    cpus.flatMap((cpu) => [
      [`sys/devices/system/cpu/cpu${cpu}/topology/core_cpus_list`, core(cpu)],
      ...(capacity === undefined ? [] : [[`sys/devices/system/cpu/cpu${cpu}/cpu_capacity`, `${capacity}`]]),
    ]),
  );
}

const alone = (cpu: number) => `${cpu}`;

/** Cores of a system with these files, for a process that may run on the processors of the list. */
function coresOf(allowed: string, files: Readonly<Record<string, string>>): number | null {
  const root = mkdtempSync(path.join(tmpdir(), "quantlab-cores-"));
  const status = `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${allowed}\nMems_allowed_list:\t0`;
  for (const [file, text] of Object.entries({ "proc/self/status": status, ...files })) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), `${text}\n`);
  }
  return performanceCoresOf(root);
}

describe("performance cores", () => {
  it.each([
    ["0-15", 8],
    // One hyperthread of each core, both of a half of the cores, both of one.
    ["0-7", 8],
    ["0-3,8-11", 4],
    ["5,13", 1],
  ])("are one a core where each has two hyperthreads: of %s there are %i", (allowed, cores) => {
    const files = processors(0, 15, (cpu) => `${cpu % 8},${(cpu % 8) + 8}`);
    expect(coresOf(allowed, files)).toBe(cores);
    const older = Object.entries(files).map(([file, text]) => [
      file.replace("core_cpus_list", "thread_siblings_list"),
      text,
    ]);
    expect(coresOf(allowed, Object.fromEntries(older)), "a kernel before 5.3").toBe(cores);
  });

  it.each([
    ["0-19", 8],
    ["0-3,16-19", 2],
    // No others are there for it.
    ["16-19", 4],
  ])("are those that Intel's hybrid processors name: of %s there are %i", (allowed, cores) => {
    const files = {
      "sys/devices/cpu_core/cpus": "0-15",
      "sys/devices/cpu_atom/cpus": "16-19",
      ...processors(0, 15, (cpu) => `${cpu - (cpu % 2)}-${cpu - (cpu % 2) + 1}`),
      ...processors(16, 19, alone),
    };
    expect(coresOf(allowed, files)).toBe(cores);
  });

  it.each([
    ["0-7", 4],
    ["0-5", 2],
    ["0-3", 4],
  ])("are the big ones of an arm processor, of more kinds than one: of %s there are %i", (allowed, cores) => {
    const files = {
      ...processors(0, 3, alone, 414),
      ...processors(4, 6, alone, 871),
      ...processors(7, 7, alone, 1024),
    };
    expect(coresOf(allowed, files)).toBe(cores);
  });

  it("are all of a plain machine, whatever else it might be given one day", () => {
    expect(coresOf("0-1", processors(0, 1, alone, 1024))).toBe(2);
    expect(coresOf("0-127", processors(0, 3, alone))).toBe(4);
  });

  it("are not known where the system does not tell", () => {
    expect(coresOf("0-3", {})).toBeNull();
    expect(coresOf("", processors(0, 3, alone))).toBeNull();
  });
});
