import { Template } from "@huggingface/jinja";
import { EngineError, NoChatTemplateError, type TemplateMessage, type Tool } from "@quantlab/core";

/**
 * Renders a model's Jinja chat template as Transformers does. llama.cpp's own function only recognises some templates
 * and writes them from memory, without the system prompts that models put in.
 */
export function renderChat(
  path: string,
  template: string | null,
  {
    messages,
    addAssistant,
    tools,
    bos,
    eos,
  }: {
    readonly messages: readonly TemplateMessage[];
    readonly addAssistant: boolean;
    readonly tools: readonly Tool[] | undefined;
    readonly bos: string;
    readonly eos: string;
  },
): string {
  if (!template) throw new NoChatTemplateError("llama.cpp", path);
  try {
    return new Template(template).render({
      messages,
      add_generation_prompt: addAssistant,
      ...(tools && { tools }),
      bos_token: bos,
      eos_token: eos,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      "llama.cpp",
      `the chat template of ${path} refuses this conversation: ${reason}`,
      "put system first, then user and assistant in turn; with a broken template, give plain text",
      cause,
    );
  }
}
