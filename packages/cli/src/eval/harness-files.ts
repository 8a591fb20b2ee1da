import { lmEvalEngine } from "@quantlab/lm-eval";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { withProgress } from "../frame/preparation.ts";

/** Makes the harness's environment before a model is loaded. */
export async function prepareHarness(signal: AbortSignal): Promise<void> {
  await withProgress((onProgress) => pythonEnvironment(lmEvalEngine).ensure({ signal, onProgress }));
}

/** Where the harness's own results lie beside `file`: "out.json" has "out.lm-eval.json". */
export function harnessFile(file: string): string {
  return `${file.replace(/\.json$/i, "")}.lm-eval.json`;
}
