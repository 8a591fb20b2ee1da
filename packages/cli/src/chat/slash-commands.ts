import { UnknownNameError, UsageError } from "@quantlab/core";

/** What somebody can type in a conversation that is not for the model. */
export const slashCommands = {
  stats: { takes: null, about: "tokens in the context, and how fast the last answer was" },
  save: { takes: "file", about: "keep the conversation" },
  load: { takes: "file", about: "go on with one that was kept" },
  model: { takes: "ref|path", about: "go on with another model" },
  system: { takes: "text", about: "tell the model something before the conversation, which begins anew" },
  reset: { takes: null, about: "begin anew" },
  help: { takes: null, about: "this list" },
  quit: { takes: null, about: "leave, as Ctrl-D does" },
} as const;
export type SlashCommandName = keyof typeof slashCommands;

/** A line that is for the lab, or a turn for the model. */
export type Typed =
  | { readonly command: SlashCommandName; readonly argument: string }
  | { readonly turn: string };

/**
 * Reads a line: "/save talk.json" is a command, "//" begins a turn with a slash. Throws an UnknownNameError with the nearest
 * command, and a UsageError for an argument that is missing or too much.
 */
export function readTyped(line: string): Typed {
  const text = line.trim();
  if (!text.startsWith("/") || text.startsWith("//")) return { turn: text.replace(/^\/\//, "/") };
  const [, name, argument] = /^\/(\S*)\s*(.*)$/s.exec(text) as unknown as [string, string, string];
  if (!Object.hasOwn(slashCommands, name))
    throw new UnknownNameError(
      "command",
      `/${name}`,
      Object.keys(slashCommands).map((each) => `/${each}`),
    );
  const command = name as SlashCommandName;
  const { takes } = slashCommands[command];
  if (takes !== null && argument === "")
    throw new UsageError(`/${name} takes a ${takes}`, `write /${name} <${takes}>`);
  if (takes === null && argument !== "")
    throw new UsageError(`/${name} takes nothing, and got "${argument}"`, `write /${name} alone`);
  return { command, argument };
}

/** A line a command. */
export function commandList(): string {
  return Object.entries(slashCommands)
    .map(
      ([name, { takes, about }]) =>
        `  ${`/${name}${takes === null ? "" : ` <${takes}>`}`.padEnd(18)}${about}`,
    )
    .join("\n");
}
