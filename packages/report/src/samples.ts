import type { Result } from "@quantlab/core";
import { folded, inlineText, paragraphs, quoted } from "./markdown.ts";

/** What each arm answered, folded away; arms with the same words share a quote. Null when there is no text. */
export function sampleOutputs(result: Result): string | null {
  const byText = new Map<string, string[]>();
  for (const [name, { output }] of Object.entries(result.arms)) {
    if (output !== null) byText.set(output, [...(byText.get(output) ?? []), `\`${name}\``]);
  }
  if (byText.size === 0) return null;
  const answers = [...byText].map(
    ([text, arms]) =>
      `${arms.join(", ")}:\n\n${text.trim() === "" ? "> (nothing but white space)" : quoted(text)}`,
  );
  const meaning = result.synthetic ? " The weights are random, so the words mean nothing." : "";
  return folded(
    `Sample outputs for “${inlineText(questionOf(result.prompt.text))}”`,
    paragraphs(`Greedy, as the first block of each arm gave it.${meaning}`, ...answers),
  );
}

/** The words of the prompt without the chat template's markers and role names. */
function questionOf(prompt: string): string {
  const turns = prompt.split(/<\|im_start\|>/).filter((turn) => turn.trim() !== "");
  const user = turns.find((turn) => /^user\n/.test(turn)) ?? turns[0] ?? prompt;
  return user
    .replace(/^user\n/, "")
    .replace(/<\|im_end\|>\s*$/, "")
    .trim();
}
