import { statSync } from "node:fs";
import path from "node:path";
import {
  formatQuantization,
  fromUser,
  fullTypes,
  type GgufQuantization,
  holdsFullWeights,
  isPath,
  type ModelFile,
  modelSlug,
  parseGgufQuantization,
  UsageError,
} from "@quantlab/core";
import { fileTypes } from "@quantlab/llama-capi";

/** One file to make. */
export interface Target {
  readonly name: GgufQuantization;
  readonly output: string;
}

/** The names of `--to`; a matrix that is given is meant for all of them that it can serve. */
export function namesFrom(to: string, hasMatrix: boolean): readonly GgufQuantization[] {
  const names = to.split(",").map((typed) => parseGgufQuantization(named(typed.trim())));
  const guided = names.map((name) =>
    hasMatrix && !holdsFullWeights(name) ? { ...name, importanceMatrix: true } : name,
  );
  if (hasMatrix && names.every(holdsFullWeights))
    throw new UsageError(`--imatrix changes nothing in ${to}, which holds full weights`, "leave it out");
  const written = guided.map(formatQuantization);
  const twice = written.find((name, i) => written.indexOf(name) !== i);
  if (twice) throw new UsageError(`--to names ${twice} twice`, "name it once");
  return guided;
}

/** llama-quantize takes its types by number, too. */
function named(typed: string): string {
  const numbered = Object.entries(fileTypes).find(([, number]) => String(number) === typed);
  if (numbered)
    throw new UsageError(`"${typed}" is a number of llama-quantize's`, `give its name: --to ${numbered[0]}`);
  return typed;
}

/**
 * Where each file goes: to `--output`, or beside a model that was given as a path, or to where the user stands, under
 * the model's name with the new quantization in place of its own.
 */
export function targetsOf(
  names: readonly GgufQuantization[],
  source: ModelFile,
  typedOutput: string | undefined,
): readonly Target[] {
  const stem = stemOf(source);
  const named = (folder: string) =>
    names.map((name) => ({
      name,
      output: path.join(folder, `${stem}-${formatQuantization(name)}.gguf`),
    }));
  if (typedOutput === undefined)
    return named(isPath(source.ref.id) ? path.dirname(source.path) : fromUser("."));
  const output = fromUser(typedOutput);
  const isFolder = /[\\/]$/.test(typedOutput) || statSync(output, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder) return named(output);
  if (names.length > 1)
    throw new UsageError(
      `--output "${typedOutput}" is one file, and --to names ${names.length}`,
      `give a folder: --output "${typedOutput.replace(/\.gguf$/i, "")}/"`,
    );
  return [{ name: names[0]!, output }];
}

/** "sprout" of sprout-F16.gguf. */
function stemOf({ path: file, ref }: ModelFile): string {
  const own = isPath(ref.id) ? path.basename(file).replace(/\.gguf$/i, "") : modelSlug(ref.id);
  const suffix = `[-._](${[...fullTypes, ref.quantization].map(RegExp.escape).join("|")})$`;
  return own.replace(new RegExp(suffix, "i"), "") || own;
}
