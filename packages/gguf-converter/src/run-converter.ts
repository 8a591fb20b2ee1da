import path from "node:path";
import { BadFileError, DiskFullError, EngineError, type ResolveOptions } from "@quantlab/core";
import { llamaSource } from "@quantlab/llama-capi";
import { lastWords } from "@quantlab/processes";
import { pythonEnvironment } from "@quantlab/python-bridge";
import { transformersEngine } from "@quantlab/transformers-cpu";
import { execa } from "execa";

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
  signal?.throwIfAborted();
  const child = execa(
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
      reject: false,
      stdin: "ignore",
      buffer: { stdout: false },
      // A model's own code is never run, and nothing is looked up on the hub.
      env: {
        PYTHONPATH: source,
        PYTHONNOUSERSITE: "1",
        HF_HUB_OFFLINE: "1",
        TRANSFORMERS_VERBOSITY: "error",
      },
      killSignal: "SIGKILL",
      forceKillAfterDelay: false,
      ...(signal && { cancelSignal: signal }),
    },
  );
  child.stderr?.on("data", (text: Buffer) => {
    const [, percent] = /Writing:\s+(\d+)%/.exec(text.toString()) ?? [];
    if (percent)
      onProgress?.({ step: `convert to ${type}, percent`, done: Number(percent), total: 100, unit: "steps" });
  });
  const result = await child;
  signal?.throwIfAborted();
  if (!result.failed) return;
  if (result.exitCode === undefined)
    throw new EngineError("llama.cpp", `the converter was ended by ${result.signal ?? result.shortMessage}`);
  const said = result.stderr.replace(/Writing: [^\r\n]*/g, "");
  if (noRoom.test(said)) throw new DiskFullError(output, { code: "ENOSPC" });
  throw new BadFileError(
    folder,
    `llama.cpp's converter does not take it: ${lastWords(said)}`,
    "check that it is a whole Hugging Face folder of a model that this release of llama.cpp knows",
  );
}
