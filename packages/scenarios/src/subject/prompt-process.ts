import { type ChatMessage, promptText, type ReadySubject, withTokenizer } from "@quantlab/core";
import { serve } from "@quantlab/processes";
import type { FormattedPrompt } from "./formatted-prompt.ts";
import { openEngine } from "./session.ts";

serve({
  async format(params, { signal }): Promise<FormattedPrompt> {
    const { subject, messages } = params as unknown as {
      readonly subject: ReadySubject;
      readonly messages: readonly ChatMessage[];
    };
    await using session = withTokenizer(await (await openEngine(subject)).load(signal));
    const text = await session.formatChat(messages);
    return { text, ids: [...(await session.tokenize(text, promptText))] };
  },
});
