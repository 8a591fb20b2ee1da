import { type Backend, checkOptions, EngineError, endpointAddress, type ModelFile } from "@quantlab/core";
import { openEndpoint } from "./endpoint-session.ts";

/** Any server that speaks OpenAI's API, with the model that it holds. It has no options: how it computes is its own to say. */
export function openAiEndpoint(): Backend {
  return {
    specVersion: 1,
    id: "openai-endpoint",
    form: "endpoint",
    options: {},
    environment: {},
    withOptions(options) {
      checkOptions("openai-endpoint", {}, options);
      return openAiEndpoint();
    },
    probe: async () => ({ available: true, version: "OpenAI API v1" }),
    load({ ref, path }: ModelFile, signal) {
      if (ref.form === "endpoint") return openEndpoint(endpointAddress(path), signal);
      throw new EngineError(
        "openai-endpoint",
        `${path} is a ${ref.form} model`,
        "give the address of a server",
      );
    },
  };
}
