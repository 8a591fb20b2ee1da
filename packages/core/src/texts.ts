import path from "node:path";
import { repositoryRoot } from "./paths.ts";
import { requireShipped } from "./shipped-files.ts";

/** A file or folder of a shipped model's. */
interface Shipped {
  /** From the repository's root. */
  readonly folder: string;
  readonly name: string;
}

const sprout = (name: string): Shipped => ({ folder: "models/sprout", name });

/** Texts for perplexity. Test text is never calibration text. */
export const texts = { "sprout-test@1": sprout("text/test.txt") } as const;
export type TextName = keyof typeof texts;

/** Folders of task files (`*.jsonl`). The tasks `taught` ask for what stands in one `model`'s training texts alone. */
export const taskSets = {
  "sprout-tasks@1": {
    ...sprout("tasks"),
    model: "sprout",
    taught: ["taught", "two-step"] as readonly string[],
  },
} as const;
export type TaskSetName = keyof typeof taskSets;

/** What importance matrices and learned quantizations learn from, unless another text is given. */
export const shippedCalibration = sprout("text/calibration.txt");

/** Its path. Throws a BadFileError where it is not what ships under its name. */
export async function shippedPath(shipped: Shipped): Promise<string> {
  await requireShipped(path.join(repositoryRoot, shipped.folder), shipped.name);
  return placeOf(shipped);
}

/** Where it should lie. */
export const placeOf = ({ folder, name }: Shipped): string => path.join(repositoryRoot, folder, name);
