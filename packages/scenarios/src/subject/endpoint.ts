import type { EndpointSubject } from "@quantlab/core";
import type { Endpoint } from "@quantlab/openai-endpoint";

/** Where most clients look for a key. */
const usualVariable = "OPENAI_API_KEY";

/** A running server with the key that the environment holds for it. */
export function endpointOf({ endpoint, keyVariable = usualVariable }: EndpointSubject): Endpoint {
  return { url: endpoint.replace(/\/$/, ""), key: process.env[keyVariable] || null };
}
