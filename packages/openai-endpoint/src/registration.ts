import type { Engine } from "@quantlab/core";
import { openAiEndpoint } from "./openai-endpoint.ts";

export const engines: readonly Engine[] = [
  {
    id: "openai-endpoint",
    name: "endpoint",
    title: "an endpoint",
    about: "a server that speaks OpenAI's API",
    // Where `lab serve` listens unless told.
    model: "http://127.0.0.1:8080/v1",
    form: "endpoint",
    options: {},
    backend: (options = {}) => openAiEndpoint().withOptions(options),
  },
];
