import { Template } from "@huggingface/jinja";
import { EngineError, NoChatTemplateError } from "@quantlab/core";

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
    bos,
    eos,
  }: {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly addAssistant: boolean;
    readonly bos: string;
    readonly eos: string;
  },
): string {
  if (!template) throw new NoChatTemplateError("llama.cpp", path);
  try {
    return new Template(template).render({
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: addAssistant,
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
