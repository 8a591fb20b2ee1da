import type { Result } from "@quantlab/core";
import { code, folded, paragraphs, quoted } from "./markdown.ts";

/** What each arm answered, folded away; arms with the same words share a quote. Null when there is no text, or no prompt of words. */
export function sampleOutputs(result: Result): string | null {
  const prompt = result.workloads.generate?.promptText;
  // What follows tokens that were any has no meaning.
  if (typeof result.workloads.generate?.prompt === "object") return null;
  const byText = new Map<string, string[]>();
  for (const [name, { output }] of Object.entries(result.arms)) {
    if (output !== null) byText.set(output, [...(byText.get(output) ?? []), code(name)]);
  }
  if (byText.size === 0) return null;
  const answers = [...byText].map(
    ([text, arms]) =>
      `${arms.join(", ")}:\n\n${text.trim() === "" ? "> (nothing but white space)" : quoted(text)}`,
  );
  const meaning = result.synthetic ? " The weights are random, so the words mean nothing." : "";
  return folded(
    `Sample outputs${typeof prompt === "string" ? ` for “${questionOf(prompt)}”` : ""}`,
    paragraphs(`Greedy, as the first block of each arm gave it.${meaning}`, ...answers),
  );
}

/** The words of the prompt without the chat template's markers and role names, cut where a line would be too long. */
function questionOf(prompt: string): string {
  const turns = prompt.split(/<\|im_start\|>/).filter((turn) => turn.trim() !== "");
  const user = turns.find((turn) => /^user\n/.test(turn)) ?? turns[0] ?? prompt;
  const words = user
    .replace(/^user\n/, "")
    .replace(/<\|im_end\|>\s*$/, "")
    .trim();
  return words.length > 120 ? `${words.slice(0, 119)}…` : words;
}
