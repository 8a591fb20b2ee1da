import { pathToFileURL } from "node:url";
import { BadFileError, type Engine, fromUser, type ModelForm, UnknownNameError } from "@quantlab/core";

const packages = await Promise.all([
  import("@quantlab/llamacpp"),
  import("@quantlab/transformers-cpu"),
  import("@quantlab/mlx-bridge"),
  import("@quantlab/llama-cpp-python"),
  import("@quantlab/openai-endpoint"),
]);

/** A module of somebody's own that exports `engines` as those packages do; its path stands in `QUANTLAB_ENGINES`. */
async function ownEngines(): Promise<readonly Engine[]> {
  const { QUANTLAB_ENGINES: file } = process.env;
  if (!file) return [];
  const { engines: own } = (await import(pathToFileURL(fromUser(file)).href)) as {
    engines?: readonly Engine[];
  };
  if (own) return own;
  throw new BadFileError(file, "exports no engines", "end it with: export const engines = [ … ]");
}

/** Every engine of the lab. Of those that read one form, the one that stands first reads it unless another is named. */
export const engines: readonly Engine[] = [
  ...packages.flatMap((each) => each.engines),
  ...(await ownEngines()),
];

/** The engine of a run, a result or a plan: "llamacpp-engine". Throws an UnknownNameError with the nearest id. */
export const engineById = (id: string): Engine => find("engine", "id", id);

/** The engine that `--backend` names, whatever the case: "engine". Throws an UnknownNameError with the nearest name. */
export const engineByName = (name: string): Engine => find("backend", "name", name.toLowerCase());

/** The engine that reads models of this form unless another is named; it shows logits. */
export const engineFor = (form: ModelForm): Engine => find("form of a model", "form", form);

function find(kind: string, key: "id" | "name" | "form", value: string): Engine {
  const found = engines.find((engine) => engine[key] === value);
  if (found) return found;
  throw new UnknownNameError(
    kind,
    value,
    engines.map((engine) => engine[key]),
  );
}

export * from "./memory.ts";
export * from "./models.ts";
