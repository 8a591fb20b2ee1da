import { UsageError } from "@quantlab/core";
import type { CommanderError } from "commander";

/** Commander's complaint about `command` as one of ours: its suggestion, or where to read on, becomes the remedy. */
export function usageErrorFrom(error: CommanderError, command: string): UsageError {
  if (error.code === "commander.help")
    return new UsageError(`${command} needs a verb`, `see ${command} --help`);
  const [first = "", ...rest] = error.message.split("\n");
  const message = first
    .replace(/^error: /, "")
    .replace(/'/g, '"')
    .replace(/\.$/, "");
  const suggestion = /\(Did (.*)\)/.exec(rest.join(" "))?.[1];
  return new UsageError(message, suggestion ? `did ${suggestion}` : `see ${command} --help`);
}
