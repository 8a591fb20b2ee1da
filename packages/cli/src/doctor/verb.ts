import { QuantlabError } from "@quantlab/core";
import { stdoutStyle } from "@quantlab/terminal";
import type { Command } from "commander";
import type { Act, Outcome } from "../frame/verb.ts";
import { type Check, fail } from "./check.ts";
import { checkHost } from "./host-checks.ts";
import { checkTools } from "./tool-checks.ts";

export const summary = "check this machine: engine, devices, memory, models, tools";

export function declare(command: Command, act: Act): void {
  command
    .addHelpText(
      "after",
      "\nExit code 1 when something the lab needs is missing or broken; warnings never fail.",
    )
    .action(act(doctor));
}

async function doctor(): Promise<Outcome> {
  const install = "run pnpm install again on this machine";
  const groups = await Promise.all([
    survive("host", "check QUANTLAB_HOST_FACTS and .lab/host.json", checkHost),
    survive("power", install, async () => (await import("./power-check.ts")).checkPower()),
    survive("stolen time", install, async () => (await import("./stolen-time-check.ts")).checkStolenTime()),
    survive("engine", install, async () => (await import("./engine-checks.ts")).checkEngine()),
    survive("tuned", install, async () => (await import("./settings-checks.ts")).checkSettings()),
    survive("model", install, async () => (await import("./model-check.ts")).checkShippedModel()),
    survive("tools", install, checkTools),
    survive("environments", install, async () =>
      (await import("./environment-checks.ts")).checkEnvironments(),
    ),
  ]);
  const checks = groups.flat();
  const healthy = checks.every(({ state }) => state !== "fail");
  return {
    data: { healthy, checks: checks.map((check) => ({ ...check })) },
    text: `${checks.map(format).join("\n")}\n`,
    exitCode: healthy ? 0 : 1,
  };
}

/** What stands on native libraries may fail as early as its import; that is a finding, not the end of the list. */
async function survive(name: string, remedy: string, check: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await check();
  } catch (thrown) {
    const error = thrown instanceof QuantlabError ? thrown : null;
    const [problem = ""] = String(thrown instanceof Error ? thrown.message : thrown).split("\n");
    return [fail(name, problem, error?.remedy ?? remedy)];
  }
}

const colours = { ok: "green", warn: "yellow", fail: "red" } as const;

function format({ name, state, detail, remedy }: Check): string {
  const mark = stdoutStyle(colours[state], state.padEnd(4));
  const advice = remedy ? `\n${" ".repeat(21)}${stdoutStyle("dim", remedy)}` : "";
  return `${mark}  ${name.padEnd(14)} ${detail}${advice}`;
}
