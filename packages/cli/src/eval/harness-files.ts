import { type Json, writeFileAtomic } from "@quantlab/core";
import { lmEvalEngine } from "@quantlab/lm-eval";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { withProgress } from "../frame/prepare.ts";

/** Makes the harness's environment before a model is loaded. */
export async function prepareHarness(signal: AbortSignal): Promise<{ readonly title: string }> {
  await withProgress((onProgress) => pythonEnvironment(lmEvalEngine).ensure({ signal, onProgress }));
  return { title: lmEvalEngine.title };
}

/** Writes the harness's own results beside `file`: "out.json" has "out.lm-eval.json". Returns where they are. */
export async function keepHarnessResults(file: string, results: Json): Promise<string[]> {
  const beside = `${file.replace(/\.json$/, "")}.lm-eval.json`;
  await writeFileAtomic(beside, `${JSON.stringify(results, null, 1)}\n`);
  return [beside];
}
