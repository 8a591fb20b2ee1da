import { fromUser, readDocument, readJsonFile, requireOutput } from "@quantlab/core";
import type { Task } from "@quantlab/scoring";
import { reads } from "../frame/earlier-output.ts";
import { harnessFile } from "./harness-files.ts";
import type { EvalOptions } from "./options.ts";

/**
 * Where the user wants the evaluation. Throws a BadFileError before an hour's work would be lost, when that file or
 * the harness's beside it cannot be written or would take the place of what is not an evaluation's.
 */
export async function outputFile(
  typed: string,
  { model, reference, harness }: EvalOptions,
  tasks: readonly Task[],
): Promise<string> {
  const file = fromUser(typed);
  const named = [model, reference].filter((each) => each !== undefined).map(fromUser);
  const inputs = [...named, ...tasks.map((task) => task.file)];
  await requireOutput(file, { inputs, isOurs: reads((file) => readDocument("evaluation", file)) });
  if (harness) await requireOutput(harnessFile(file), { inputs, isOurs: reads(readHarnessResults) });
  return file;
}

async function readHarnessResults(file: string): Promise<void> {
  const found = (await readJsonFile(file)) as { readonly results?: unknown } | null;
  if (typeof found?.results !== "object") throw new TypeError(`${file} is not of lm-evaluation-harness`);
}
