import path from "node:path";
import { BadFileError, DiskFullError, EngineError, type ResolveOptions } from "@quantlab/core";
import { llamaSource } from "@quantlab/llama-capi";
import { runProgram } from "@quantlab/processes";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { transformersEngine } from "@quantlab/transformers-cpu";

/** What the converter writes, by llama.cpp's name of the file type; in lower case it is the converter's own. */
export const conversionTypes = ["F32", "F16", "BF16", "Q8_0"] as const;
export type ConversionType = (typeof conversionTypes)[number];

export interface ConverterOptions extends ResolveOptions {
  readonly name?: string;
}

/** As Python says it, and numpy of a write that was cut short. */
const noRoom = /No space left on device|File too large|Disk quota|\d+ requested and \d+ written/;

/**
 * Runs the converter of the pinned release in the environment of Transformers, which is made when it is not there. An
 * abort ends it at once; what it had written stays where it is.
 */
export async function runConverter(
  folder: string,
  output: string,
  type: ConversionType,
  { name, signal, onProgress }: ConverterOptions,
): Promise<void> {
  const working = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const interpreter = await pythonEnvironment(transformersEngine).ensure(working);
  const source = await llamaSource(working);
  const { succeeded, exitCode, stderr, lastWords } = await runProgram(
    interpreter,
    [
      // Its folder must not stand in for a library; it finds its own modules by itself.
      "-P",
      path.join(source, "convert_hf_to_gguf.py"),
      folder,
      "--outfile",
      output,
      "--outtype",
      type.toLowerCase(),
      ...(name === undefined ? [] : ["--model-name", name]),
    ],
    {
      signal,
      // A model's own code is never run, and nothing is looked up on the hub.
      environment: {
        PYTHONPATH: source,
        PYTHONNOUSERSITE: "1",
        HF_HUB_OFFLINE: "1",
        TRANSFORMERS_VERBOSITY: "error",
      },
      onLine(line) {
        const [, percent] = /Writing:\s+(\d+)%/.exec(line) ?? [];
        const step = `convert to ${type}, percent`;
        if (percent) onProgress?.({ step, done: Number(percent), total: 100, unit: "steps" });
      },
    },
  );
  if (succeeded) return;
  if (exitCode === null) throw new EngineError("llama.cpp", `the converter was ended: ${lastWords}`);
  if (noRoom.test(stderr)) throw new DiskFullError(output, { code: "ENOSPC" });
  throw new BadFileError(
    folder,
    `llama.cpp's converter does not take it: ${lastWords}`,
    "check that it is a whole Hugging Face folder of a model that this release of llama.cpp knows",
  );
}
