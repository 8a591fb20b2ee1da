// A disk that becomes full: a RAM disk of its own, mounted over a folder for one command and nobody else.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { text } from "node:stream/consumers";

const inOwnNamespace = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"];

/** Compiled code that the command keeps for its next start is nothing that it leaves behind. */
const quiet = { NODE_DISABLE_COMPILE_CACHE: "1" };

/** Why no disk can be made small here, or null. */
export function whyNoSmallDisk(): string | null {
  if (process.platform !== "linux") return "only Linux mounts a disk for one command";
  const { status, stderr, error } = spawnSync(
    "unshare",
    [...inOwnNamespace, "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"],
    { encoding: "utf8" },
  );
  return status === 0 ? null : `this host mounts nothing for its users: ${error?.message ?? stderr.trim()}`;
}

export interface SmallDisk {
  /** What the disk is mounted over. */
  readonly folder: string;
  /** As mount writes it: "64m", "4k". */
  readonly size: string;
  /** As soon as a file lies there whose name ends so, another program takes all the space that is left. */
  readonly fullOnce?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What lies on the disk at the end, without what filled it. */
  readonly left: readonly string[];
}

/** Runs a program with the small disk in place. */
export async function onSmallDisk(disk: SmallDisk, command: readonly string[]): Promise<Answer> {
  const { folder, size, fullOnce = "nothing-has-this-name", env, cwd } = disk;
  mkdirSync(folder, { recursive: true });
  const script = `
    mount -t tmpfs -o "size=$1" none "$2" || exit 99
    # A shell that stood there before the mount would still see the folder below it.
    place="$2"; ending="$3"; shift 3
    (until [ -n "$(find "$place" -name "*$ending" -size +0)" ]; do sleep 0.01; done
     cat /dev/zero > "$place/somebody-elses" 2>/dev/null) &
    "$@"; code=$?
    find "$place" -type f ! -name somebody-elses >&3
    exit $code`;
  const child = spawn(
    "unshare",
    [...inOwnNamespace, "sh", "-c", script, "sh", size, folder, fullOnce, ...command],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: { ...process.env, ...quiet, ...env },
      ...(cwd && { cwd }),
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, left] = await Promise.all(
    [child.stdout, child.stderr, child.stdio[3]].map((stream) => text(stream as NodeJS.ReadableStream)),
  );
  return { code: await ended, stdout: stdout!, stderr: stderr!, left: left!.split("\n").filter(Boolean) };
}
