import { type ChatMessage, EngineError, type Json, QuantlabError } from "@quantlab/core";
import { printError, printNote, printWarning, stderrStyle } from "@quantlab/terminal";
import { type Answer, type Conversation, withSystem } from "./conversation.ts";
import { loadConversation, saveConversation } from "./conversation-file.ts";
import type { ChatInput } from "./line-input.ts";
import type { ModelInUse } from "./model-in-use.ts";
import { commandList, readTyped, type SlashCommandName } from "./slash-commands.ts";
import { statsText } from "./stats-text.ts";

export interface TalkOptions {
  /** Loads another model. */
  readonly open: (reference: string) => Promise<ModelInUse>;
  /** What each new conversation begins with. */
  readonly system: string | undefined;
  readonly write: (text: string) => void;
}

/** A person, or a file of lines, and a model that may be changed for another. */
export class Talk implements AsyncDisposable {
  readonly #conversation: Conversation;
  readonly #options: TalkOptions;
  readonly #answers: Answer[] = [];
  #model: ModelInUse;
  #system: string | undefined;
  #warned = false;

  constructor(model: ModelInUse, conversation: Conversation, options: TalkOptions) {
    this.#model = model;
    this.#conversation = conversation;
    this.#options = options;
    this.#system = options.system;
  }

  get about(): string {
    const { name, engine, info } = this.#model;
    return `${name} on ${engine.title}, room for ${info.contextSize} tokens`;
  }

  /** Throws what went wrong, unless a person is there to try again. */
  async untilLeft(input: ChatInput): Promise<void> {
    for (;;) {
      const line = await input.read();
      if (line === null) return;
      if (line.trim() === "") continue;
      try {
        const typed = readTyped(line);
        if ("turn" in typed) await this.#answer(typed.turn, input);
        else if (typed.command === "quit") return;
        else await this.#obey(typed.command, typed.argument);
      } catch (error) {
        // A person tries again; what comes through a pipe was meant as a whole.
        if (!input.interactive || !(error instanceof QuantlabError) || error.exitCode === 130) throw error;
        printError(error);
      }
    }
  }

  async #answer(question: string, input: ChatInput): Promise<void> {
    const { write } = this.#options;
    const answer = await input.answering(async (stop) => {
      try {
        return await this.#conversation.ask(this.#model, question, write, stop);
      } catch (error) {
        if (error instanceof EngineError && input.interactive) await this.#loadAgain();
        throw error;
      }
    });
    write(answer.text.endsWith("\n") ? "" : "\n");
    this.#answers.push(answer);
    if (answer.ended === "stopped") printNote("stopped: what was said stays in the conversation");
    if (answer.ended === "at the limit") printNote("cut at the limit of tokens: -n or -c");
    const warning = this.#model.beyondTraining(answer.promptTokens + answer.newTokens);
    if (warning !== null && !this.#warned) printWarning(warning);
    this.#warned ||= warning !== null;
  }

  /** The process may be gone, and whoever talks should not have to begin anew. */
  async #loadAgain(): Promise<void> {
    process.stderr.write(
      stderrStyle("dim", "the model is loaded again; the conversation is as it was before\n"),
    );
    await this.#model.loadAgain();
  }

  async #obey(command: Exclude<SlashCommandName, "quit">, argument: string): Promise<void> {
    const { write, open } = this.#options;
    if (command === "help") write(`${commandList()}\n`);
    if (command === "stats")
      write(`${statsText(this.about, this.#model.info, this.#answers.at(-1) ?? null)}\n`);
    if (command === "reset") this.#begin(withSystem(this.#system, []));
    if (command === "system") {
      this.#system = argument;
      this.#begin(withSystem(argument, []));
    }
    if (command === "load") this.#begin(await loadConversation(argument));
    if (command === "save") {
      const { messages } = this.#conversation;
      printNote(`wrote ${await saveConversation(argument, { model: this.#model.name, messages })}`);
    }
    if (command === "model") {
      const next = await open(argument);
      await this.#model[Symbol.asyncDispose]();
      this.#model = next;
      printNote(this.about);
    }
  }

  #begin(messages: readonly ChatMessage[]): void {
    this.#conversation.restart(messages);
    printNote(messages.length === 0 ? "a new conversation" : `a conversation of ${messages.length} messages`);
  }

  /** All that was said, and how each answer went. */
  document(): Json {
    const { file, engine, info } = this.#model;
    const { ref, sha256, bytes, bitsPerWeight, synthetic } = file;
    return JSON.parse(
      JSON.stringify({
        model: { ...ref, sha256, bytes, bitsPerWeight, synthetic },
        backend: engine.name,
        engine: info,
        messages: this.#conversation.messages,
        answers: this.#answers,
      }),
    ) as Json;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]();
  }
}
