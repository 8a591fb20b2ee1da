import type { Result } from "@quantlab/core";
import { inlineText } from "./markdown.ts";
import { counted, formatNumber, listed } from "./numbers.ts";

/** How the figures were made, and what the lab itself cost. */
export function protocolLine({ protocol, prompt, overheadMs }: Result): string {
  const number = (name: string) => Number(protocol[name]);
  const orders: Readonly<Record<string, string>> = {
    interleaved: "in rounds that run every arm once in a seeded random order",
    abba: "in ABBA order",
  };
  const order = orders[String(protocol.order)] ?? `in the order "${protocol.order}"`;
  const cost =
    overheadMs === null
      ? ""
      : ` The lab's own overhead, all that is neither load, prompt, generation nor scoring, was ${formatNumber(overheadMs)} ms an arm and block (median).`;
  const parts = [
    ...(protocol.chunks === undefined ? [] : [`the first ${counted(number("chunks"), "chunk")} of the text`]),
    ...(protocol.items === undefined ? [] : [`the first ${counted(number("items"), "item")} of each task`]),
  ];
  const part = parts.length > 0 ? ` Quality is of ${listed(parts)}.` : "";
  return inlineText(
    `${counted(number("blocks"), "block")} an arm, each a fresh process, ${order}; in each ${counted(number("warmups"), "untimed warm-up")} and ${counted(number("generations"), "timed generation")} of ${counted(number("newTokens"), "token")}, greedy, on the prompt ${prompt.name} (${counted(prompt.tokens, "token")}), seed ${number("seed")}. Values are medians over blocks with bootstrap 95% intervals in brackets, ratios are paired by block; perplexity is bootstrapped by chunk and paired likewise, accuracy has Wilson's interval.${part}${cost}`,
  );
}
