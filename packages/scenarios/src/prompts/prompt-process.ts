import type { ReadySubject, TextSession } from "@quantlab/core";
import { serve } from "@quantlab/processes";
import { openEngine } from "../subject/session.ts";
import type { PromptName } from "./catalogue.ts";
import { type FittedPrompt, fitPrompt, plainPrompt } from "./fitted-prompt.ts";

serve({
  async fit(params, { signal }): Promise<FittedPrompt> {
    const { subject, prompt } = params as unknown as {
      readonly subject: ReadySubject;
      readonly prompt: PromptName;
    };
    await using session = await (await openEngine(subject)).load(signal);
    return session.tokenize ? await fitPrompt(session as TextSession, prompt) : plainPrompt(prompt);
  },
});
