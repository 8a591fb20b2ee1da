import type { ArmResult, Result } from "@quantlab/core";
import { inlineText } from "./markdown.ts";

const backendNames: Readonly<Record<string, string>> = {
  "llamacpp-engine": "the llama.cpp engine",
  "llamacpp-session": "node-llama-cpp's session API",
  "transformers-cpu": "Transformers",
  mlx: "MLX",
  "llama-cpp-python": "llama-cpp-python",
  "openai-endpoint": "the OpenAI endpoint",
};

/** A backend in a sentence: "the llama.cpp engine". */
export function backendTitle(arm: ArmResult): string {
  return backendNames[arm.backend] ?? arm.backend;
}

/** A backend below an arm's name: "engine", "session". */
export function backendShort(arm: ArmResult): string {
  return arm.backend.replace(/^llamacpp-/, "");
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
    return [
      name,
      arm.backend === home ? arm.quantization : `${arm.quantization} through ${backendTitle(arm)}`,
    ];
  });
  const distinct = new Set(titles.map(([, title]) => title)).size === titles.length;
  return Object.fromEntries(distinct ? titles : arms.map(([name]) => [name, `“${name}”`]));
}

/** The lower line of a table's column heading: "Q4_K_M, engine". */
export function armSubtitle(arm: ArmResult): string {
  return inlineText(`${arm.quantization}, ${backendShort(arm)}`);
}

/** What an arm is beyond its name: "Q4_K_M, engine"; empty where it is named by its quantization and has the baseline's backend. */
export function armAbout(result: Result, name: string): string {
  const arm = result.arms[name]!;
  const backend = arm.backend === result.arms[result.baseline]?.backend ? [] : [backendShort(arm)];
  return arm.quantization === name ? backend.join() : `${arm.quantization}, ${backendShort(arm)}`;
}
