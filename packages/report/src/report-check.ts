import path from "node:path";
import { readResults } from "./documents.ts";
import { checkSection } from "./section-file.ts";

/**
 * Looks at what a report of the experiment in `folder` would read and fill, before anything is measured for it. Throws a
 * BadFileError or a SchemaVersionError for a result that cannot be read, and a BadFileError for a README whose section
 * has no single pair of markers.
 */
export async function checkReport(folder: string): Promise<void> {
  await readResults(folder);
  await checkSection(path.join(folder, "README.md"), "results");
}
