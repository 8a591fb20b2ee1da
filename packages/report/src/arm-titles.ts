import type { ArmResult, Result } from "@quantlab/core";
import { engines } from "@quantlab/engines";
import { inlineText } from "./markdown.ts";

const engineOf = ({ backend }: Pick<ArmResult, "backend">) => engines.find(({ id }) => id === backend);

/** A backend in a sentence: its library, or, where another engine has the same, what the list says of it. */
export function backendTitle(arm: Pick<ArmResult, "backend">): string {
  const engine = engineOf(arm);
  if (!engine) return arm.backend;
  return engines.filter(({ title }) => title === engine.title).length > 1 ? engine.about : engine.title;
}

/** A peer's program, which may be a shell around it: the arm's name tells what it is. */
export const isProgram = (arm: Pick<ArmResult, "backend">): boolean => engineOf(arm) === undefined;

/** A backend below an arm's name, as the command line knows it: "engine", "session"; none of a program. */
const backendShort = (arm: ArmResult): string[] => {
  const engine = engineOf(arm);
  return engine ? [engine.name] : [];
};

/** What an arm runs: "Q4_K_M"; with the model where it has one of its own, the program's name where it has none. */
export function weightsOf({
  model,
  quantization,
  backend,
}: Pick<ArmResult, "model" | "quantization" | "backend">): string {
  if (quantization === null) return backend;
  return model === undefined ? quantization : `${model}:${quantization}`;
}

/**
 * Arms in a sentence: by quantization where that tells them apart ("Q5_K_M"), by quantization and backend where the
 * backend is not the baseline's, by their own names in quotes where neither does.
 * Only of arms that were measured.
 */
export function armTitles(result: Result): Readonly<Record<string, string>> {
  const arms = Object.entries(result.arms).filter(([, arm]) => arm.status === "measured");
  const home = result.arms[result.baseline]?.backend;
  const titles = arms.map(([name, arm]): [string, string] => {
    const alone = arm.backend === home || arm.quantization === null;
    return [name, alone ? weightsOf(arm) : `${weightsOf(arm)} through ${backendTitle(arm)}`];
  });
  const distinct = new Set(titles.map(([, title]) => title)).size === titles.length;
  return Object.fromEntries(distinct ? titles : arms.map(([name]) => [name, `“${name}”`]));
}

/** The lower line of a table's column heading: "Q4_K_M, engine". */
export function armSubtitle(arm: ArmResult): string {
  return inlineText([...new Set([weightsOf(arm), ...backendShort(arm)])].join(", "));
}

/** What an arm is beyond its name: "Q4_K_M, engine"; empty where it is named by its quantization and has the baseline's backend. */
export function armAbout(result: Result, name: string): string {
  const arm = result.arms[name]!;
  const backend = arm.backend === result.arms[result.baseline]?.backend ? [] : backendShort(arm);
  return weightsOf(arm) === name
    ? backend.join()
    : [...new Set([weightsOf(arm), ...backendShort(arm)])].join(", ");
}
