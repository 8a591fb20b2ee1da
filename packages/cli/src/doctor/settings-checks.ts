import { allTunedSettings } from "@quantlab/core";
import { settingsText } from "../frame/tuned.ts";
import { type Check, ok, warn } from "./check.ts";

/** What `lab tune` has found on this host, and files of it that are left alone. */
export async function checkSettings(): Promise<Check[]> {
  const name = "tuned";
  const found = allTunedSettings();
  if (found.length === 0)
    return [
      ok(name, "nothing: engines have their own settings", "for faster ones run: pnpm lab tune -m <model>"),
    ];
  return found.map((each) => {
    if ("ignored" in each)
      return warn(name, each.ignored, "remove it, or tune again: pnpm lab tune -m <model>");
    const { model, engine, options, tunedAt } = each.settings;
    return ok(name, `${model} on ${engine}: ${settingsText(options)} (${tunedAt.slice(0, 10)})`);
  });
}
