import { statfs } from "node:fs/promises";
import {
  ControlGroups,
  defaultThreads,
  detectHost,
  freeMemory,
  type Host,
  hostFile,
  labFolder,
  QuantlabError,
  readDocument,
  requireWritable,
} from "@quantlab/core";
import { formatBytes } from "@quantlab/terminal";
import { type Check, fail, ok, warn } from "./check.ts";

// Below these a small experiment still runs, a real-size one does not.
const comfortableMemoryBytes = 2 * 2 ** 30;
const comfortableDiskBytes = 4 * 2 ** 30;
// The shipped model and its quantizations.
const leastDiskBytes = 200 * 2 ** 20;

/** Node, system, processor, threads, memory and disk. */
export async function checkHost(): Promise<Check[]> {
  const host = detectHost();
  return [
    checkNode(),
    ok("system", `${host.os} ${host.arch}`),
    checkProcessor(host),
    checkThreads(host),
    checkMemory(host),
    await checkDisk(),
    await checkHostId(host.id),
  ];
}

function checkNode(): Check {
  const [major = 0] = process.versions.node.split(".").map(Number);
  const detail = `${process.versions.node} (${process.execPath})`;
  return major >= 24
    ? ok("node", detail)
    : fail("node", `${detail} is older than 24`, 'start the lab with "pnpm lab", which brings its own Node');
}

function checkProcessor({ cpu, cores, limits }: Host): Check {
  const detail = `${cpu}, ${cores} core${cores === 1 ? "" : "s"}`;
  if (limits?.cores === undefined) return ok("processor", detail);
  const { throttledMs } = new ControlGroups();
  const held =
    throttledMs === null ? "" : `, and has held cores back for ${(throttledMs / 1000).toFixed(1)} s so far`;
  return warn(
    "processor",
    `${detail}; a container's quota allows the time of ${limits.cores}${held}`,
    "measure in a container without a CPU quota: it stops an engine in the middle of its work",
  );
}

/** How many compute where nobody gives a number, and why. */
function checkThreads(host: Host): Check {
  const { cores, performanceCores, limits } = host;
  const threads = defaultThreads(host);
  const kinds =
    performanceCores === undefined
      ? "one a core"
      : `one a physical performance core; the rest of the ${cores} are hyperthreads or efficiency cores`;
  const held = limits?.cores !== undefined && threads >= Math.floor(limits.cores);
  return ok("threads", `${threads} unless said: ${held ? "what the container's quota has whole" : kinds}`);
}

function checkMemory({ memoryBytes, limits }: Host): Check {
  const free = freeMemory();
  const machine = formatBytes(memoryBytes);
  const most =
    limits?.memoryBytes === undefined
      ? machine
      : `${formatBytes(limits.memoryBytes)}, a container's limit on a machine of ${machine}`;
  const detail = `${formatBytes(free)} available of ${most}`;
  return free >= comfortableMemoryBytes
    ? ok("memory", detail)
    : warn("memory", detail, "close other programs before measuring models of real size");
}

/** Of the lab's own folder, where models are made and environments lie. */
async function checkDisk(): Promise<Check> {
  const closed = await requireWritable(labFolder).catch((error: unknown) => error);
  if (closed instanceof QuantlabError) return fail("disk", closed.message, closed.remedy!);
  const { bavail, bsize } = await statfs(labFolder);
  const detail = `${formatBytes(bavail * bsize)} free at ${labFolder}`;
  if (bavail * bsize < leastDiskBytes)
    return fail("disk", detail, `free at least ${formatBytes(leastDiskBytes)}`);
  return bavail * bsize >= comfortableDiskBytes
    ? ok("disk", detail)
    : warn("disk", detail, "free some space before downloading: pnpm lab models remove <model>");
}

/** The id under which results are kept, and whether the file that turbo hashes still tells the same. */
async function checkHostId(id: string): Promise<Check> {
  const known = await readDocument("host", hostFile).catch(() => null);
  if (!known) return ok("host id", `${id} (.lab/host.json is written by the first pnpm start)`);
  return known.id === id
    ? ok("host id", id)
    : warn("host id", `${id}, but .lab/host.json says ${known.id}`, "run: pnpm host");
}
