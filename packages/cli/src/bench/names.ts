import { formatModelRef, isPath } from "@quantlab/core";
import { parseReference } from "@quantlab/engines";
import type { BenchTest, Combination } from "./combinations.ts";
import { settings, settingText } from "./settings.ts";

/** Every combination by what it has otherwise than others; what is there twice is numbered. */
export function namesOf(combinations: readonly Combination[]): string[] {
  const engines = new Set(combinations.map(({ engine }) => engine.id));
  const varying = settings.map(
    (_, place) => new Set(combinations.map(({ values }) => JSON.stringify(values[place]))).size > 1,
  );
  const seen = new Map<string, number>();
  return combinations.map((combination) => {
    const { engine, values, test } = combination;
    const name = [
      modelName(combination),
      ...(engines.size > 1 ? [engine.name] : []),
      ...settings.flatMap(({ label }, place) =>
        varying[place] ? [`${label}=${settingText(values[place]!)}`] : [],
      ),
      testName(test),
    ].join(" ");
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/** "pp64", "tg32 @ d512", "pp64+tg32": a test's name in llama-bench's tables; "chat@1+tg128" of a named prompt. */
export function testName({ prompt, generated, depth }: BenchTest): string {
  const read = typeof prompt === "string" ? prompt : prompt > 0 && `pp${prompt}`;
  const parts = [read, generated > 0 && `tg${generated}`].filter(Boolean);
  return `${parts.join("+")}${depth > 0 ? ` @ d${depth}` : ""}`;
}

/** "sprout:Q4_K_M"; a file by its path, what a server holds by its address. */
export function modelName({ model }: Combination): string {
  const ref = parseReference(model);
  return isPath(ref.id) || ref.form === "endpoint" ? ref.id : formatModelRef(ref);
}
