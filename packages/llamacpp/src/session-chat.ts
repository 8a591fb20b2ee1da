import { type ChatMessage, EngineError } from "@quantlab/core";
import type { ChatHistoryItem, LlamaModel } from "node-llama-cpp";
import { sessionName } from "./session-errors.ts";

/** The conversation through the template in the model's file, ending where the assistant begins to speak. */
export async function formatChatText(model: LlamaModel, messages: readonly ChatMessage[]): Promise<string> {
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (typeof template !== "string") {
    throw new EngineError(
      sessionName,
      `${model.filename ?? "the model"} has no chat template`,
      "choose an instruct model, or give the prompt as plain text",
    );
  }
  const { JinjaTemplateChatWrapper } = await import("node-llama-cpp");
  const wrapper = new JinjaTemplateChatWrapper({
    template,
    tokenizer: model.tokenizer,
    trimLeadingWhitespaceInResponses: false,
    joinAdjacentMessagesOfTheSameType: false,
  });
  const chatHistory: ChatHistoryItem[] = [...messages.map(historyItem), { type: "model", response: [] }];
  return wrapper.generateContextState({ chatHistory }).contextText.toString();
}

function historyItem({ role, content }: ChatMessage): ChatHistoryItem {
  return role === "assistant" ? { type: "model", response: [content] } : { type: role, text: content };
}
