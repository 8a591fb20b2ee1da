import type { ResolveOptions } from "@quantlab/core";

/** How a file is resolved inside this package: with `onlyFind` nothing is downloaded or made. */
export interface FindOptions extends ResolveOptions {
  readonly onlyFind?: boolean;
}

/** The file is not on disk, and only finding it was asked for. Never leaves this package. */
export class NotOnDisk extends Error {}

/** Stops before work that `onlyFind` rules out. */
export function requireMaking({ onlyFind }: FindOptions): void {
  if (onlyFind) throw new NotOnDisk();
}
