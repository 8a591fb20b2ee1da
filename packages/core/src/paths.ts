import { homedir, tmpdir } from "node:os";
import path from "node:path";

/** The repository's root. */
export const repositoryRoot = path.resolve(import.meta.dirname, "../../..");

const ownFolder = path.join(repositoryRoot, ".lab");

/** What the lab makes for itself: derived models, environments, stamps. Git-ignored, or where QUANTLAB_FOLDER says. */
export const labFolder = process.env.QUANTLAB_FOLDER ? fromUser(process.env.QUANTLAB_FOLDER) : ownFolder;

/** The facts of the host that turbo hashes, which looks for them nowhere else. */
export const hostFile = path.join(ownFolder, "host.json");

/** The model that experiments take when none is said. Turbo hashes it, too. */
export const usedModelFile = path.join(ownFolder, "model.json");

/** What is shared between all checkouts on this machine (locks). */
export const machineFolder = path.join(tmpdir(), `quantlab-${process.getuid?.() ?? "user"}`);

/** Turns a path as the user typed it into an absolute one: scripts run in their package, people stand elsewhere. */
export function fromUser(typed: string): string {
  const expanded = typed.startsWith("~/") ? path.join(homedir(), typed.slice(2)) : typed;
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), expanded);
}

/** An absolute path as it may stand in a committed file: from the root of the repository, or its last part. */
export function toPublicPath(absolute: string): string {
  const relative = path.relative(repositoryRoot, absolute);
  return relative.startsWith("..") || path.isAbsolute(relative)
    ? path.basename(absolute)
    : relative.split(path.sep).join("/");
}

/** Paths begin with ".", "/" or "~", or end in ".gguf"; no catalogue id does. */
export function isPath(id: string): boolean {
  return /^(\.{1,2}|~)?[\\/]/.test(id) || /\.gguf$/i.test(id);
}

/** A file's or folder's id as it may stand in a committed result: relative as typed, never somebody's home folder. */
export function publicId(typed: string, file: string): string {
  const relative = !path.isAbsolute(typed) && !typed.startsWith("~");
  if (relative) return typed.startsWith(".") ? typed : `./${typed}`;
  return `./${toPublicPath(file)}`;
}
