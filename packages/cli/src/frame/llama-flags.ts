import { engineFlags } from "./engine-flags.ts";

/** llama.cpp's short flags of several letters, which commander would read as bundles of single ones. */
const longNames: Readonly<Record<string, string>> = {
  "-pg": "--prompt-and-gen",
  ...Object.fromEntries(
    Object.values(engineFlags)
      .filter(({ flag }) => flag.length > 2)
      .map(({ flag, declared }) => [flag, declared.split(" ")[0]!]),
  ),
};

/** These take free text, which may look like a flag. */
const takesText = new Set(["-p", "--prompt", "-m", "--model"]);

/** Rewrites llama.cpp's flags of several letters to their long names; everything else stays as typed. */
export function expandLlamaFlags(typed: readonly string[]): string[] {
  return typed.map((argument, index) => {
    const isText = takesText.has(typed[index - 1] ?? "");
    return isText ? argument : (longNames[argument] ?? argument);
  });
}
