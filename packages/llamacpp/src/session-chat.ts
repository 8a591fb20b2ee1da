import { EngineError, NoChatTemplateError, type TemplateMessage, type Tool } from "@quantlab/core";
import type { ChatHistoryItem, LlamaModel } from "node-llama-cpp";
import { sessionName } from "./session-errors.ts";

/** The conversation through the template in the model's file, ending where the assistant begins to speak. */
export async function formatChatText(
  model: LlamaModel,
  messages: readonly TemplateMessage[],
  tools: readonly Tool[] = [],
): Promise<string> {
  if (tools.length > 0)
    throw new EngineError(sessionName, "node-llama-cpp gives a template no tools", "take the engine");
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (typeof template !== "string" || template === "") {
    throw new NoChatTemplateError(sessionName, model.filename ?? "the model");
  }
  const { JinjaTemplateChatWrapper, SpecialToken } = await import("node-llama-cpp");
  const chatHistory: ChatHistoryItem[] = [...messages.map(historyItem), { type: "model", response: [] }];
  const { contextText } = refusing(model, () =>
    new JinjaTemplateChatWrapper({
      template,
      tokenizer: model.tokenizer,
      joinAdjacentMessagesOfTheSameType: false,
    }).generateContextState({ chatHistory }),
  );
  const text = contextText.values
    .map((part) => (part instanceof SpecialToken ? spelling(model, part.value) : part.toString()))
    .join("");
  // Tokenizing adds the BOS where the model wants one; in the text it would stand twice.
  const { bosString, shouldPrependBosToken } = model.tokens;
  return shouldPrependBosToken && bosString && text.startsWith(bosString)
    ? text.slice(bosString.length)
    : text;
}

/** node-llama-cpp throws its parser's errors as they are. */
function refusing<T>({ filename = "the model" }: LlamaModel, render: () => T): T {
  try {
    return render();
  } catch (cause) {
    throw new EngineError(
      sessionName,
      `the chat template of ${filename} refuses this conversation: ${(cause as Error).message.split("\n")[0]}`,
      "put system first, then user and assistant in turn; with a broken template, give plain text",
      cause,
    );
  }
}

function historyItem(message: TemplateMessage): ChatHistoryItem {
  const { role, content } = message;
  if (role === "tool" || "tool_calls" in message)
    throw new EngineError(
      sessionName,
      "node-llama-cpp gives a template no calls of tools",
      "take the engine",
    );
  return role === "assistant" ? { type: "model", response: [content] } : { type: role, text: content };
}

/** node-llama-cpp keeps such tokens by their role; a text has the model's own way of writing them. */
function spelling({ tokens }: LlamaModel, role: string): string {
  const spelled = {
    BOS: tokens.bosString,
    EOS: tokens.eosString,
    EOT: tokens.eotString,
    SEP: tokens.sepString,
  };
  return spelled[role as keyof typeof spelled] ?? "";
}
